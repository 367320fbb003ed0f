import { expect, test } from '@jest/globals';

import { SyncFailed } from '../../../functions/sync/sync.ts';
import { createTicks } from '../../../shared/local/ticks.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';

const TICK = pubsubEvent({ topic: 'janitor', data: '*', attributes: {} }, { id: '1', at: 0 });
const fault = (what: string): Error => new Error(what);

test.each([
  ['one fault', fault('a'), ['a tick failed: a']],
  ['several at once', new AggregateError([fault('a'), fault('b')], 'a; b'), ['a tick failed: a; b']],
  ['what sync has told already', new SyncFailed([fault('a')], 'sync'), []],
])('of a tick that fails the log tells, but nothing twice: %s', async (_, error, told) => {
  const log: LogEntry[] = [];
  const topics = { publish: () => Promise.resolve() };
  const ticks = createTicks({ topics, log: (entry) => log.push(entry), ticked: ['janitor'] });
  const ended = new Promise((resolve) => {
    ticks.onDone(resolve);
  });
  ticks.tick();
  await ticks.watch(() => Promise.reject(error))(TICK);
  expect(await ended).toBe(false);
  expect(log.map(({ message }) => message)).toEqual(told);
});
