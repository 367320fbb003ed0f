import { setTimeout as delay } from 'node:timers/promises';

import type { Runner } from './runner.ts';

/**
 * Looks after each whole tick: after half of one there may be pools that nobody has filled yet.
 * @param signal when nobody is interested any more; then it never resolves
 * @returns how it ended, after at most `timeoutMs` milliseconds
 */
export async function waitForIdle(
  runner: Pick<Runner, 'onTick' | 'overview'>,
  { timeoutMs }: { readonly timeoutMs: number },
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
  const settled = new AbortController();
  delay(timeoutMs, undefined, { signal: AbortSignal.any([signal, settled.signal]) }).then(
    () => {
      ended.resolve('timeout');
    },
    () => undefined,
  );
  return ended.promise.finally(() => {
    settled.abort();
  });
}
