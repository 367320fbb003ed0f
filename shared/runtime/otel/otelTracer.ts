import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { MasonError } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { TraceContext } from '../trace.ts';
import type { Tracer } from '../tracer.ts';

/** How long (ms) a message waits at most for its spans to be sent. */
const FLUSH_MS = 800;
/** How long (ms) it is tried to send them. */
const EXPORT_MS = 3_000;

export interface OtelOptions {
  /** Where spans are sent to, by OTLP over HTTP. */
  readonly url: string;
  readonly serviceName: string;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}

export interface OtelTracer extends Tracer {
  /** Resolves when what is left was sent, or can't be. */
  close(): Promise<void>;
}

/**
 * Spans by OpenTelemetry. They are sent before the work's answer, since a function gets no CPU after it; a collector that
 * is away costs a message FLUSH_MS at most, and fails none.
 */
export function otelTracer(options: OtelOptions): OtelTracer {
  const exporter = new OTLPTraceExporter({ url: options.url, timeoutMillis: EXPORT_MS });
  const processor = new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('serverless-mason');
  const flush = flushing(() => processor.forceFlush(), options);
  return {
    async trace({ name, parent }, work) {
      const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER }, contextOf(parent));
      try {
        return await work({
          context: carriedOf(span),
          note: (notes) => {
            span.setAttributes({ ...notes });
          },
        });
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        // Not its message, which may be of a Masonable's own.
        span.setAttributes({ outcome: 'thrown', 'error.type': kindOf(error) });
        throw error;
      } finally {
        span.end();
        await flush();
      }
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

/** @returns what sends all spans within its time, and says once that they can't be sent, and once that they can again */
function flushing(forceFlush: () => Promise<void>, { clock, log, url }: OtelOptions): () => Promise<void> {
  let isAway = false;
  const note = (isSent: boolean): void => {
    if (isSent !== isAway) return;
    isAway = !isSent;
    if (isAway)
      log({ severity: 'WARNING', event: 'untraced', message: `spans can not be sent to ${originOf(url)}` });
    else log({ severity: 'INFO', event: 'traced', message: `spans are sent to ${originOf(url)} again` });
  };
  return async () => {
    const late = Promise.withResolvers<boolean>();
    const cancel = clock.after(FLUSH_MS, () => {
      late.resolve(false);
    });
    const sent = forceFlush().then(
      () => true,
      () => false,
    );
    note(await Promise.race([sent, late.promise]));
    cancel();
  };
}

const contextOf = (parent: TraceContext | null): Context =>
  parent === null
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, {
        traceId: parent.traceId,
        spanId: parent.spanId,
        traceFlags: Number.parseInt(parent.flags, 16),
        isRemote: true,
      });

function carriedOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, flags: traceFlags.toString(16).padStart(2, '0') };
}

const kindOf = (error: unknown): string => {
  if (error instanceof MasonError) return error.code;
  return error instanceof Error ? error.name : typeof error;
};

/** Without its path and query: these may hold a key. */
const originOf = (url: string): string => new URL(url).origin;
