import { describe, expect, test } from '@jest/globals';

import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import type { Fault } from '../../support/worldProcess.ts';

const CONFIG = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

async function inUse(config = CONFIG): Promise<{ world: World; name: string }> {
  const world = createWorld({ config });
  await world.tick();
  const { name } = await world.acquire('cluster');
  return { world, name };
}

const FAULTS = [
  ['can not be taken', 'pools.takeGivenBack', 'unavailable', 'dirty'],
  ['is taken, but the reply is lost', 'pools.takeGivenBack', 'unavailableAfter', 'cleaning'],
  ['is taken, but nobody can be woken', 'topics.publish', 'unavailable', 'cleaning'],
] as const;

/** By a process in which each call of that name fails so. */
async function releaseWith(
  world: World,
  name: string,
  { call, fault }: { readonly call: string; readonly fault: Fault },
): Promise<void> {
  world.meddle = ({ name: asked }) => (asked === call ? fault : undefined);
  const { users } = world.process.mason;
  expect(await users.release({ name, dest: 'dirty', owner: 'alice' })).toMatchObject({ kind: 'done' });
  await world.settle();
  world.meddle = () => undefined;
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

  test.each(FAULTS)(
    'that %s: its user hears nothing of it, and sync sees to it',
    async (...[, call, fault, left]) => {
      const { world, name } = await inUse();
      await releaseWith(world, name, { call, fault });
      expect(await world.member(name)).toMatchObject({ state: left });
      await world.restore(3);
      expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2 } });
    },
  );
});

describe('a physical resource that its user gives back dirty', () => {
  const lent = async (): Promise<{ world: World; name: string }> => {
    const world = createWorld({ config: CONFIG });
    await world.tick();
    const { name } = await world.acquire('project');
    return { world, name };
  };

  test('is cleaned at once: no tick is waited for', async () => {
    const { world, name } = await lent();
    await world.release(name, 'dirty');
    const { work, ...cleaned } = await world.worked(name);
    expect(cleaned).toMatchObject({ state: 'free', owner: '' });
    expect(work).toMatchObject({ cycle: 1, phase: null });
    expect(work.history.map(({ what }) => what)).toEqual(['dirty: cycle 1 begins', 'cleaned']);
  });

  test('ends at once if it is toBeDeleted', async () => {
    const { world, name } = await lent();
    await world.release(name, 'toBeDeleted');
    expect(await world.member(name)).toMatchObject({ state: 'tombstone' });
  });

  test.each(FAULTS)(
    'that %s: its user hears nothing of it, and a tick sees to it',
    async (...[, call, fault, left]) => {
      const { world, name } = await lent();
      await releaseWith(world, name, { call, fault });
      expect(await world.member(name)).toMatchObject({ state: left });
      await world.restore(3);
      expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 1 } });
    },
  );

  test('is his who takes it before Mason does', async () => {
    const { world, name } = await lent();
    const asked = Promise.withResolvers<undefined>();
    world.meddle = (call) => {
      if (call.name === 'pools.takeGivenBack') {
        world.process.pause();
        asked.resolve(undefined);
      }
      return undefined;
    };
    const released = world.process.mason.users.release({ name, dest: 'dirty', owner: 'alice' });
    await asked.promise;
    await world.users.acquireByState({ state: 'dirty', dest: 'busy', owner: 'bob', names: [name] });
    world.process.resume();
    await released;
    await world.settle();
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'bob', work: null });
    expect(world.said('unwoken')).toEqual([]);
  });
});

describe('what recycle gives back dirty', () => {
  const recycled = async (): Promise<{ world: World; lease: string }> => {
    const { world, name } = await inUse();
    const [lease] = (await world.member(name)).work?.leases ?? [];
    if (lease === undefined) throw new Error(`${name} leases nothing`);
    await world.leave(name, 'dirty');
    return { world, lease: lease.name };
  };

  test('is cleaned at once: no tick of the janitor is waited for', async () => {
    const { world, lease } = await recycled();
    await world.post('sync', '*');
    expect(await world.states('project')).toEqual({ free: 1, parked: 1 });
    const { work } = await world.worked(lease);
    expect(work.history.map(({ what }) => what)).toEqual(['dirty: cycle 1 begins', 'cleaned']);
  });

  test('begins a trace of its own', async () => {
    const { world, lease } = await recycled();
    world.hold('janitor');
    await world.post('sync', '*');
    const letters = world.wire.waiting.filter(({ data }) => data === lease);
    expect(letters).toMatchObject([{ topic: 'janitor', attributes: { cycle: '1', phase: 'janitor' } }]);
    expect(letters[0]?.attributes).not.toHaveProperty('trace');
  });

  test.each([
    ['can not be taken', 'unavailable', 'dirty'],
    ['is taken, but the reply is lost', 'unavailableAfter', 'cleaning'],
    ['is not taken, since the process dies', 'die', 'dirty'],
    ['is taken, but the process dies', 'dieAfter', 'cleaning'],
  ] as const)('and %s costs only time', async (_, fault, left) => {
    const { world, lease } = await recycled();
    world.meddle = ({ name }) => (name === 'pools.takeGivenBack' ? fault : undefined);
    await world.post('sync', '*');
    world.meddle = () => undefined;
    expect(await world.states('project')).toEqual({ [left]: 1, parked: 1 });
    expect(world.calls).toContain('pools.takeGivenBack');
    expect(world.said('unwoken').map(({ message }) => message)).toEqual(
      fault === 'unavailable' || fault === 'unavailableAfter'
        ? [expect.stringMatching(`^could not wake whoever cleans ${lease} .*; the next tick will$`)]
        : [],
    );
    await world.restore(5);
    expect(await world.states('project')).toEqual({ free: 1, parked: 1 });
    expect((await world.worked(lease)).work.cycle).toBe(1);
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { cycle: 2 } });
  });
});

describe('nobody is woken for', () => {
  test.each([
    ['of a type that nobody here cleans', { mason: {} }],
    ['while its type is paused', { mason: { janitor: { type: 'None' }, paused: true } }],
  ])('a physical resource %s, and nothing more is asked of the ledger', async (_, change) => {
    const world = createWorld({ config: configOf(physical('project', 2, change)) });
    await world.tick();
    const { name } = await world.acquire('project');
    const before = world.calls.length;
    await world.release(name, 'dirty');
    expect(world.calls.slice(before)).toEqual(['users.release']);
    expect(await world.member(name)).toMatchObject({ state: 'dirty', work: null });
  });

  test('one that was given back in a state of its user’s own', async () => {
    const { world, name } = await inUse();
    await world.release(name, 'other');
    expect(await world.member(name)).toMatchObject({ state: 'other', work: { cycle: 1 } });
  });
});
