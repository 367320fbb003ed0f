import { constants } from 'node:os';

import { systemSignals, type EndingSignal } from '../../runtime/processSignals.ts';

/** The exit code of what a signal has ended, as a shell has it. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * Does something that a signal can end.
 * @returns its exit code; if it was ended, that of the signal
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const heard: EndingSignal[] = [];
  const stop = systemSignals.hear((signal) => {
    heard.push(signal);
    controller.abort(new Error(`ended by ${signal}`));
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    const [first] = heard;
    if (first !== undefined && error === controller.signal.reason) return exitCodeOf(first);
    throw error;
  } finally {
    stop();
  }
}
