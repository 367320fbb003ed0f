import * as z from 'zod';

import type { Json } from '../../ledger/records.ts';
import { notYet, type NotYet } from '../port.ts';
import { failed, WebhookFault } from './fault.ts';

/** Together with the pauses between them about a minute; then it is a failed attempt, whose repetition is the engine's. */
const MOST_BUSY = 5;
const FIRST_PAUSE_MS = 2_000;

/** What Mason keeps between two runs: the server's own checkpoint, and how often in a row it was busy. */
const progressSchema = z.object({ busy: z.number(), checkpoint: z.json() });
export type Progress = z.infer<typeof progressSchema>;

/** @param kept null in the first run of an attempt */
export const progressIn = (kept: Json): Progress =>
  progressSchema.catch({ busy: 0, checkpoint: null }).parse(kept);

export const kept = (checkpoint: Json): Json => ({ busy: 0, checkpoint });

/**
 * Does a run's work. Where the server is busy or away for a moment, the next run calls it again with the same checkpoint,
 * after a pause that doubles each time and is partly chance, or is as long as the server asks.
 * @param random in [0, 1)
 * @throws WebhookFault, after too many in a row
 */
export async function withPatience<T>(
  { busy, checkpoint }: Progress,
  random: () => number,
  work: () => Promise<T>,
): Promise<T | NotYet> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WebhookFault) || !error.isBusy) throw error;
    const times = busy + 1;
    if (times > MOST_BUSY) throw failed(`${error.message}; it was tried ${times} times`);
    const whole = FIRST_PAUSE_MS * 2 ** busy;
    const pause = whole / 2 + (whole / 2) * random();
    return notYet({ busy: times, checkpoint }, Math.max(pause, error.retryAfterMs));
  }
}
