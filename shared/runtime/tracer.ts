import type { Random } from './random.ts';
import { childOf, type TraceContext } from './trace.ts';

/** What a span says of itself. Never user data: that may be credentials. */
export interface SpanNotes {
  readonly resource?: string;
  readonly type?: string;
  readonly phase?: string;
  readonly cycle?: number;
  /** What came of it, in one word. */
  readonly outcome?: string;
}

export interface Span {
  /** What follows from it has this as its parent. */
  readonly context: TraceContext;
  readonly note: (notes: SpanNotes) => void;
}

export interface SpanStart {
  readonly name: string;
  /** Null: it begins a trace. */
  readonly parent: TraceContext | null;
}

/** Keeps traces: what followed from what, and how long it took. */
export interface Tracer {
  /** Does the work as one span. What the work returns or throws passes through, whatever becomes of the span. */
  trace<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result>;
}

/** Records nothing, but lets each trace go on from message to message, for the log. */
export const silentTracer = (random: Random): Tracer => ({
  trace: (start, work) => work({ context: childOf(start.parent, random), note: () => undefined }),
});
