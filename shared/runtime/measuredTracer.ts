import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { SpanNotes, Tracer } from './tracer.ts';

/** One run of one phase. */
export interface MeasuredRun {
  readonly phase: string;
  readonly type: string;
  /** What came of it, in one word. */
  readonly outcome: string;
  readonly durationMs: number;
}

/**
 * The same tracer, but it tells how long each run of a phase took. What is no run (a message that came late, a tick) has no
 * type and isn't told; one that is thrown back to be delivered again has no outcome yet, and isn't either.
 */
export function measuredTracer(
  tracer: Tracer,
  { clock, onRun }: { readonly clock: Pick<Clock, 'monotonic'>; readonly onRun: (run: MeasuredRun) => void },
): Tracer {
  return {
    async trace(start, work) {
      let notes: SpanNotes = {};
      const startedAt = clock.monotonic();
      const result = await tracer.trace(start, (span) =>
        work({
          ...span,
          note(more) {
            notes = { ...notes, ...more };
            span.note(more);
          },
        }),
      );
      const { phase, type, outcome } = notes;
      if (phase !== undefined && type !== undefined && outcome !== undefined)
        onRun({ phase, type, outcome, durationMs: clock.monotonic() - startedAt });
      return result;
    },
  };
}

/** Says it in the log, from which Cloud Logging makes a distribution. */
export const logRun =
  (log: Log) =>
  ({ phase, type, outcome, durationMs }: MeasuredRun): void => {
    const message = `${phase} of ${type}: ${outcome} after ${Math.round(durationMs)} ms`;
    log({ severity: 'DEBUG', event: 'phase-run', message, phase, type, figures: { outcome, durationMs } });
  };
