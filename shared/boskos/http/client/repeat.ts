import type { Clock } from '../../../runtime/clock.ts';
import { BoskosFault } from './fault.ts';

export interface Repetition {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

const MOST_ATTEMPTS = 4;
/** Of the first pause; each is up to twice as long as the one before. */
const FIRST_PAUSE_MS = 100;
/** Who wants to be left alone for longer is asked again when the message is delivered again. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Repeats what may be done twice, while Boskos is unavailable. Full jitter: those whom one outage turned away together
 * don't come back together.
 */
export async function repeated<Result>(
  { clock, random }: Repetition,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let failed = 1; ; failed += 1)
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BoskosFault) || !error.retry || failed >= MOST_ATTEMPTS) throw error;
      const pauseMs = Math.max(random() * FIRST_PAUSE_MS * 2 ** (failed - 1), error.retryAfterMs ?? 0);
      if (pauseMs > LONGEST_PAUSE_MS) throw error;
      await pause(clock, pauseMs);
    }
}

function pause(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  clock.after(ms, () => {
    resolve(undefined);
  });
  return promise;
}
