import { describe, expect, test } from '@jest/globals';

import { orderRelease, orderRetry } from '../../../shared/mason/orders.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const HOUR_MS = 3_600_000;
const CONFIG = configOf(physical('project', 2), virtual('cluster', { min: 1 }));
const IMPATIENT = { 'max-attempts': 1 };

async function held(world: World, type: string): Promise<string> {
  await world.tick();
  const [{ name } = { name: '' }] = (await world.members(type)).filter(({ state }) => state === 'free');
  await world.ledger.holds.begin(name, { forMs: HOUR_MS, reason: '' });
  return name;
}

async function release(world: World, name: string, to: 'free' | 'dirty'): Promise<void> {
  await orderRelease(world.process.mason, { name, to });
  await world.settle();
}

describe('what a person has held', () => {
  test('and lets go dirty, goes round at once: no tick is waited for', async () => {
    const world = createWorld({ config: CONFIG });
    const name = await held(world, 'cluster');
    await release(world, name, 'dirty');
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2, phase: null } });
  });

  test('and is physical, is cleaned at once', async () => {
    const world = createWorld({ config: CONFIG });
    const name = await held(world, 'project');
    await release(world, name, 'dirty');
    expect(await world.worked(name)).toMatchObject({ state: 'free', work: { cycle: 1, phase: null } });
  });

  test('and lets go free, is at once whose who waits for it', async () => {
    const world = createWorld({ config: configOf(physical('project', 1)) });
    const name = await held(world, 'project');
    world.setConfig(configOf(physical('project', 1), virtual('cluster', { min: 1 })));
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'fulfill' } });
    await release(world, name, 'free');
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });

  test.each([
    ['free', 'queue.waiters'],
    ['dirty', 'pools.takeGivenBack'],
  ] as const)(
    'and lets go %s, while %s fails: the order is done, and a tick sees to the rest',
    async (to, call) => {
      const world = createWorld({ config: CONFIG });
      const name = await held(world, 'project');
      world.meddle = ({ name: asked }) => (asked === call ? 'unavailable' : undefined);
      await release(world, name, to);
      expect(await world.member(name)).toMatchObject({ state: to });
      expect(world.said('unwoken')).toMatchObject([{ severity: 'WARNING' }]);
      world.meddle = () => undefined;
      await world.restore(3);
      expect(await world.member(name)).toMatchObject({ state: 'free', owner: '' });
    },
  );
});

describe('what is in quarantine', () => {
  test('and released, gives back what it leased, which is cleaned at once', async () => {
    const config = configOf(physical('project', 1), virtual('cluster', { min: 1, mason: IMPATIENT }));
    const world = createWorld({ config });
    world.script.construct = () => Promise.reject(new Error('no'));
    await world.tick();
    const { name } = await world.only('cluster');
    expect(await world.states('project')).toEqual({ leased: 1 });
    await release(world, name, 'free');
    expect(await world.states('project')).toEqual({ free: 1 });
  });

  test('as a suspect, and tried again, is cleaned at once', async () => {
    const mason = { ...IMPATIENT, 'quarantine-hold': 0 };
    const config = configOf(physical('project', 1), virtual('cluster', { min: 1, mason }));
    const world = createWorld({ config });
    world.script.construct = () => Promise.reject(new Error('no'));
    await world.minutes(2);
    const { name } = await world.only('cluster');
    for (let cycle = 1; cycle < 3; cycle += 1) {
      await world.ledger.claims.retry(name, 60_000);
      await world.minutes(5);
    }
    expect(await world.states('project')).toEqual({ quarantined: 1 });
    await orderRetry(world.process.mason, { name: 'project-1' }, 60_000);
    await world.settle();
    expect(await world.states('project')).toEqual({ free: 1 });
  });
});
