import type { Clock } from '../../shared/runtime/clock.ts';

export interface Remembered<Value> {
  read(): Promise<Value>;
  forget(): void;
}

/**
 * What was loaded is good for `ms` milliseconds, for all who look: ten people cost what one does. A failed load is tried again
 * by the next who asks.
 */
export function remembered<Value>(
  clock: Pick<Clock, 'monotonic'>,
  ms: number,
  load: () => Promise<Value>,
): Remembered<Value> {
  let last: { readonly at: number; readonly value: Promise<Value> } | null = null;
  const forget = (): void => {
    last = null;
  };
  return {
    forget,
    read() {
      const at = clock.monotonic();
      if (last === null || at - last.at >= ms) {
        const value = load();
        last = { at, value };
        value.catch(forget);
      }
      return last.value;
    },
  };
}
