import { describe, expect, test } from '@jest/globals';

import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const CONFIG = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

async function inUse(config = CONFIG): Promise<{ world: World; name: string }> {
  const world = createWorld({ config });
  await world.tick();
  const { name } = await world.acquire('cluster');
  return { world, name };
}

describe('a virtual resource that its user gives back dirty', () => {
  test('goes round at once: no tick is waited for', async () => {
    const { world, name } = await inUse();
    await world.release(name, 'dirty');
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2, phase: null } });
    expect(world.script.of('destroy')).toHaveLength(1);
  });

  test('says in its history what it was given back as', async () => {
    const { world, name } = await inUse();
    await world.release(name, 'dirty');
    const { work } = await world.worked(name);
    expect(work.history.map(({ what }) => what)).toContain('dirty: cycle 2 begins');
  });

  test('ends at once if it is toBeDeleted', async () => {
    const { world, name } = await inUse();
    await world.release(name, 'toBeDeleted');
    expect(await world.member(name)).toMatchObject({ state: 'tombstone' });
  });

  test('waits while its type is paused, without a word', async () => {
    const { world, name } = await inUse();
    await world.ledger.configs.pause('cluster', { by: 'bob', reason: '' });
    await world.release(name, 'dirty');
    expect(await world.member(name)).toMatchObject({ state: 'dirty', work: { cycle: 1 } });
    expect(world.said('unwoken')).toEqual([]);
  });

  test.each([
    ['can not be taken', 'pools.takeNamed', 'unavailable'],
    ['is taken, but the reply is lost', 'pools.takeNamed', 'unavailableAfter'],
    ['is taken, but nobody can be woken', 'topics.publish', 'unavailable'],
  ] as const)('that %s: its user hears nothing of it, and sync sees to it', async (_, call, fault) => {
    const { world, name } = await inUse();
    world.meddle = ({ name: asked }) => (asked === call ? fault : undefined);
    await world.release(name, 'dirty');
    world.meddle = () => undefined;
    await world.restore(3);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2 } });
  });
});

describe('nobody is woken for', () => {
  test('a physical resource, which the janitor finds at its tick', async () => {
    const world = createWorld({ config: CONFIG });
    await world.tick();
    const { name } = await world.acquire('project');
    const before = world.calls.length;
    await world.release(name, 'dirty');
    expect(world.calls.slice(before)).not.toContain('pools.takeNamed');
    expect(await world.member(name)).toMatchObject({ state: 'dirty' });
  });

  test('one that was given back in a state of its user’s own', async () => {
    const { world, name } = await inUse();
    await world.release(name, 'other');
    expect(await world.member(name)).toMatchObject({ state: 'other', work: { cycle: 1 } });
  });
});
