import { describe, expect, test } from '@jest/globals';

import { createEvents } from '../../../shared/local/events.ts';

const failure = { severity: 'ERROR', event: 'sync-failed', message: 'the config is bad' } as const;

describe('events', () => {
  test('are told to who listens, with their time, until he has heard enough', () => {
    let now = 5;
    const events = createEvents(() => now);
    const heard: number[] = [];
    const unsubscribe = events.subscribe(({ at }) => heard.push(at));
    events.log({ severity: 'INFO', event: 'made', message: 'a' });
    now = 6;
    unsubscribe();
    events.log({ severity: 'INFO', event: 'made', message: 'a' });
    expect(heard).toEqual([5]);
    expect(events.recent().map(({ at }) => at)).toEqual([5, 6]);
  });

  test('what fails in every tick is told once a minute', () => {
    let now = 0;
    const events = createEvents(() => now);
    for (now = 0; now < 120_000; now += 1_000) events.log(failure);
    expect(events.recent().map(({ at }) => at)).toEqual([0, 60_000]);
  });

  test('another fault is told at once', () => {
    const events = createEvents(() => 0);
    events.log(failure);
    events.log({ ...failure, message: 'the disk is full' });
    expect(events.recent()).toHaveLength(2);
  });

  test('only as many are kept as a screen can show', () => {
    const events = createEvents(() => 0);
    for (let n = 0; n < 1_000; n += 1) events.log({ severity: 'INFO', event: 'made', message: String(n) });
    expect(events.recent()).toHaveLength(200);
    expect(events.recent().at(-1)?.message).toBe('999');
  });
});
