import { MasonError } from '../../errors.ts';
import type { Json } from '../../ledger/records.ts';
import { notYet, type NotYet } from '../port.ts';
import { isFault } from './fault.ts';

/** Together with the pauses between them about half an hour, as long as a construct may take by default. */
const MOST_BUSY = 9;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

interface Patience {
  /** How many runs on end Google was too busy for. */
  readonly progress: { busy: number };
  /** What the next run is to know, as it is at the end of this one. */
  readonly checkpoint: () => Json;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Does a run's work. Where Google is too busy for it (429, 5xx, no answer), the next run goes on after a pause that
 * doubles each time and is partly chance, or is as long as Google asks.
 * @throws MasonError GOOGLE_FAILED, after too many in a row
 */
export async function withPatience<T>(
  { progress, checkpoint, random }: Patience,
  work: () => Promise<T>,
): Promise<T | NotYet> {
  try {
    return await work();
  } catch (error) {
    if (!isFault(error, 'busy', 'conflict')) throw error;
    progress.busy += 1;
    if (progress.busy > MOST_BUSY) {
      const message = `${error.message}; it was tried ${progress.busy} times. See https://status.cloud.google.com, and the API's quotas of calls in the console`;
      throw new MasonError('GOOGLE_FAILED', message, { cause: error });
    }
    const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (progress.busy - 1));
    const pause = whole / 2 + (whole / 2) * random();
    return notYet(checkpoint(), Math.max(pause, error.retryAfterMs));
  }
}
