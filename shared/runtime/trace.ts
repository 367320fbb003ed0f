import type { Random } from './random.ts';

/** What a message carries of the trace that it belongs to (https://www.w3.org/TR/trace-context, version 00). */
export interface TraceContext {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** 2 hexadecimal digits; 01: sampled. */
  readonly flags: string;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @returns null for what is no traceparent: whoever gets that begins a new trace */
export function parseTraceparent(text: string | null): TraceContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, flags };
}

export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`;

/** What the log says of the trace that a message carries: its ID, or nothing. */
export function traceOf(traceparent: string | null): { readonly trace?: string } {
  const context = parseTraceparent(traceparent);
  return context === null ? {} : { trace: context.traceId };
}

/** Sampled, so that a function that records spans goes on with a trace that another began. */
const SAMPLED = '01';

/** A new span: of its parent's trace, or the first one of a new trace. */
export function childOf(parent: TraceContext | null, random: Random): TraceContext {
  const spanId = digitsOf(random).slice(0, 16);
  return parent === null ? { traceId: digitsOf(random), spanId, flags: SAMPLED } : { ...parent, spanId };
}

/** 32 hexadecimal digits. A UUID's version stands among the first 16, so these are never all zero. */
const digitsOf = (random: Random): string => random.uuid().replaceAll('-', '');
