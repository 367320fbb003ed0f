import type { Clock } from '../runtime/clock.ts';

/**
 * Waits so many milliseconds.
 * @throws the signal's reason, as soon as it is aborted
 */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const onAbort = (): void => {
    cancel();
    reject(signal?.reason as Error);
  };
  const cancel = clock.after(ms, () => {
    signal?.removeEventListener('abort', onAbort);
    resolve(undefined);
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}
