import { expect, test } from '@jest/globals';

import { createHandlers } from '../../../functions/handlers.ts';
import { acknowledged } from '../../../functions/sync/acknowledged.ts';
import { MasonError } from '../../../shared/errors.ts';
import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';
import { createWorld } from '../../support/world.ts';
import { configOf, physical } from '../../support/worldConfig.ts';

const TICK = pubsubEvent({ topic: 'sync', data: '*', attributes: {} }, { id: '1', at: 0 });
const invalid = new MasonError('CONFIG_INVALID', 'no');
const unreadable = new MasonError('CONFIG_UNREADABLE', 'no');
const unavailable = new MasonError('LEDGER_UNAVAILABLE', 'no');

test.each([[invalid], [unreadable], [new AggregateError([invalid])]])(
  'a tick with nothing but a faulty config is done with: %s',
  async (error) => {
    await acknowledged(() => Promise.reject(error))(TICK);
  },
);

test.each([[unavailable], [new Error('no')], [new AggregateError([invalid, unavailable])]])(
  'any other fault asks for another delivery: %s',
  async (error) => {
    await expect(acknowledged(() => Promise.reject(error))(TICK)).rejects.toBe(error);
  },
);

test('sync with a faulty config: it is told, and the pools are tended by the last good one', async () => {
  const world = createWorld({ config: configOf(physical('project', 2)) });
  await world.tick();
  const { name } = await world.acquire('project');
  world.setConfig('resources: [1]');
  await acknowledged(createHandlers(world.process.mason).sync)(TICK);
  expect(world.said('sync-failed')).toHaveLength(1);
  await world.release(name, 'free');
  expect(await world.states('project')).toEqual({ free: 2 });
});
