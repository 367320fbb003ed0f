import type { Clock } from '../runtime/clock.ts';
import type { Runner } from './runner.ts';

/**
 * Looks after each whole tick: after half of one there may be pools that nobody has filled yet.
 * @param signal when nobody is interested any more; then it never resolves
 * @returns how it ended, after at most `timeoutMs` milliseconds
 */
export async function waitForIdle(
  runner: Pick<Runner, 'onTick' | 'overview'>,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Pick<Clock, 'after'> },
  signal: AbortSignal,
): Promise<'idle' | 'stuck' | 'timeout'> {
  const ended = Promise.withResolvers<'idle' | 'stuck' | 'timeout'>();
  runner.onTick((isWhole) => {
    if (!isWhole) return;
    runner.overview().then(
      ({ verdict: { kind } }) => {
        if (kind !== 'working') ended.resolve(kind);
      },
      () => undefined, // The ledger is busy: the next tick looks again.
    );
  });
  const cancel = clock.after(timeoutMs, () => {
    ended.resolve('timeout');
  });
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel);
  return ended.promise.finally(cancel);
}
