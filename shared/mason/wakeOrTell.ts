import type { Log } from '../runtime/log.ts';
import { reasonOf } from './reasonOf.ts';

/**
 * Wakes whom a write lets go on. It is written by now: a fault here only costs time, since sync and the janitor's tick look
 * for all of these, and so is told to nobody but the log.
 *
 * @param whom as the log names them
 */
export async function wakeOrTell(log: Log, whom: string, wake: () => Promise<void>): Promise<void> {
  try {
    await wake();
  } catch (error) {
    const message = `could not wake ${whom} (${reasonOf(error)}); the next tick will`;
    log({ severity: 'WARNING', event: 'unwoken', message });
  }
}
