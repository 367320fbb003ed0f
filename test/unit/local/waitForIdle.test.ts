import { describe, expect, test } from '@jest/globals';

import { waitForIdle } from '../../../shared/local/waitForIdle.ts';
import { createWorldClock } from '../../support/worldClock.ts';
import { overview } from './fixtures.ts';

/** More than setTimeout takes. */
const HOURS_600 = 600 * 3_600_000;
const settle = (): Promise<void> => Promise.resolve();
/** Never at rest. */
const runner = { onTick: () => undefined, overview: () => Promise.resolve(overview()) };

describe('waiting until idle', () => {
  test('takes as long as it may, be it 600 hours', async () => {
    const clock = createWorldClock();
    const end = waitForIdle(runner, { timeoutMs: HOURS_600, clock }, new AbortController().signal);
    await clock.advance(HOURS_600 - 1, settle);
    expect(clock.timers()).toBe(1);
    await clock.advance(1, settle);
    expect(await end).toBe('timeout');
    expect(clock.timers()).toBe(0);
  });

  test('leaves no timer once it is idle', async () => {
    const clock = createWorldClock();
    const ticks: ((isWhole: boolean) => void)[] = [];
    const end = waitForIdle(
      { ...runner, onTick: (listener) => void ticks.push(listener) },
      { timeoutMs: HOURS_600, clock },
      new AbortController().signal,
    );
    expect(clock.timers()).toBe(1);
    for (const tick of ticks) tick(true);
    expect(await end).toBe('idle');
    expect(clock.timers()).toBe(0);
  });

  test.each([
    ['before it begins', true],
    ['while it waits', false],
  ])('leaves no timer if nobody is interested any more, %s', (_, isEarly) => {
    const clock = createWorldClock();
    const interest = new AbortController();
    if (isEarly) interest.abort();
    void waitForIdle(runner, { timeoutMs: HOURS_600, clock }, interest.signal);
    expect(clock.timers()).toBe(isEarly ? 0 : 1);
    interest.abort();
    expect(clock.timers()).toBe(0);
  });
});
