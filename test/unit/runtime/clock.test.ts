import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { systemClock } from '../../../shared/runtime/clock.ts';

describe('the system’s clock', () => {
  test('tells the time of day, and one that never goes back', () => {
    const first = { now: systemClock.now(), monotonic: systemClock.monotonic() };
    expect(Math.abs(first.now - new Date().getTime())).toBeLessThan(60_000);
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first.monotonic);
  });

  test('calls what is due, later, and once', async () => {
    const due = Promise.withResolvers<undefined>();
    let calls = 0;
    systemClock.after(0, () => {
      calls += 1;
      due.resolve(undefined);
    });
    expect(calls).toBe(0);
    await due.promise;
    expect(calls).toBe(1);
  });

  test('does not call what was cancelled', async () => {
    let called = false;
    const cancel = systemClock.after(0, () => {
      called = true;
    });
    cancel();
    cancel();
    const later = Promise.withResolvers<undefined>();
    systemClock.after(1, () => {
      later.resolve(undefined);
    });
    await later.promise;
    expect(called).toBe(false);
  });

  describe('for times that setTimeout takes for none', () => {
    const DAY_MS = 86_400_000;
    afterEach(() => {
      jest.useRealTimers();
    });

    test('waits all the same', () => {
      jest.useFakeTimers();
      let calls = 0;
      systemClock.after(60 * DAY_MS, () => {
        calls += 1;
      });
      jest.advanceTimersByTime(60 * DAY_MS - 1);
      expect(calls).toBe(0);
      jest.advanceTimersByTime(100 * DAY_MS);
      expect(calls).toBe(1);
    });

    test('can be told not to, at any time', () => {
      jest.useFakeTimers();
      let calls = 0;
      const cancel = systemClock.after(60 * DAY_MS, () => {
        calls += 1;
      });
      jest.advanceTimersByTime(30 * DAY_MS);
      cancel();
      jest.advanceTimersByTime(100 * DAY_MS);
      expect(calls).toBe(0);
    });
  });
});
