import { describe, expect, test } from '@jest/globals';

import { createWorld, type World } from '../../support/world.ts';
import { configOf, numbered, physical, virtual } from '../../support/worldConfig.ts';
import { configAt } from './configSteps.ts';

describe('growth of the config', () => {
  test('makes more virtual resources, and builds them', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    await world.tick();
    world.setConfig(configAt(1, { min: 4 }));
    await world.tick();
    expect(await world.states('cluster')).toEqual({ free: 4 });
    expect(world.script.of('construct')).toHaveLength(4);
  });

  test('makes more static ones, in the state that the config says', async () => {
    const world = createWorld({ config: configOf(physical('project', 1)) });
    await world.tick();
    world.setConfig(configOf(physical('project', 3, { state: 'other' })));
    await world.tick();
    expect(await world.states('project')).toEqual({ free: 1, other: 2 });
  });

  test('lets those who waited go on', async () => {
    const world = createWorld({ config: configAt(1, { min: 2, supply: 2 }) });
    await world.tick();
    const held = await world.acquire('cluster');
    await world.acquireLeased(held);
    await world.release(held.name, 'dirty');
    await world.minutes(3);
    expect(await world.member(held.name)).toMatchObject({ work: { phase: 'fulfill' } });
    world.setConfig(configAt(1, { min: 2, supply: 3 }));
    await world.tick();
    expect(await world.member(held.name)).toMatchObject({ state: 'free' });
  });

  test('of a new type needs no restart of anything', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    const before = await world.members('cluster');
    world.setConfig(
      configOf(
        physical('project', 6),
        virtual('cluster', { min: 3, content: { version: 1 } }),
        virtual('store', { min: 1, needs: { project: 1 } }),
      ),
    );
    await world.tick();
    expect(await world.states('store')).toEqual({ free: 1 });
    expect(await world.members('cluster')).toEqual(before);
  });
});

describe('shrinkage of the config', () => {
  test('ends members above max: destroyed, their leases back, their records gone', async () => {
    const world = createWorld({ config: configAt(1, { min: 3 }) });
    await world.tick();
    world.setConfig(configAt(1, { min: 1 }));
    await world.tick();
    expect(await world.states('cluster')).toEqual({ tombstone: 2, free: 1 });
    expect(world.script.of('destroy')).toHaveLength(2);
    await world.restore(4);
    expect(await world.members('cluster')).toHaveLength(1);
    expect(world.script.made.size).toBe(1);
    expect(await world.states('project')).toEqual({ free: 5, parked: 1 });
  });

  test('to a smaller min alone ends nothing', async () => {
    const world = createWorld({ config: configAt(1, { min: 3 }) });
    await world.tick();
    world.setConfig(configAt(1, { min: 1, max: 3 }));
    await world.minutes(3);
    expect(await world.states('cluster')).toEqual({ free: 3 });
  });

  test('leaves members in users’ hands until they come back', async () => {
    const world = createWorld({ config: configAt(1, { min: 3 }) });
    await world.tick();
    const held = [await world.acquire('cluster'), await world.acquire('cluster')];
    world.setConfig(configAt(1, { min: 1 }));
    await world.restore(4);
    expect(await world.states('cluster')).toEqual({ busy: 2 });
    for (const { name } of held) await world.release(name, 'dirty');
    await world.restore(4);
    expect(await world.states('cluster')).toEqual({ free: 1 });
  });

  test('ends members under work, once their run is over', async () => {
    const world = createWorld({ config: configAt(1, { min: 3 }) });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { construct } = world.script;
    world.script.construct = async (call) => {
      await promise;
      return construct(call);
    };
    await world.tick();
    world.setConfig(configAt(1, { min: 1 }));
    await world.minutes(2);
    expect(await world.members('cluster')).toHaveLength(3);
    resolve(undefined);
    await world.restore(5);
    expect(await world.members('cluster')).toHaveLength(1);
    expect(world.script.made.size).toBe(1);
  });

  test('by a static name drops it when it is free, and when it comes back if it is in use', async () => {
    const world = createWorld({ config: configOf(physical('project', 3)) });
    await world.tick();
    const { name } = await world.acquire('project');
    const rest = numbered('project', 3).filter((other) => other !== name);
    world.setConfig(configOf(physical('project', 0, { names: rest.slice(1) })));
    await world.tick();
    expect((await world.members('project')).map((one) => one.name).sort()).toEqual(
      [name, ...rest.slice(1)].sort(),
    );
    await world.release(name, 'dirty');
    await world.restore(3);
    expect((await world.members('project')).map((one) => one.name)).toEqual(rest.slice(1));
  });

  test('by the static name of a parked resource waits until its holder gives it back', async () => {
    const world = createWorld({ config: configAt(1, { min: 1, supply: 2 }) });
    await world.tick();
    world.setConfig(
      configOf(
        physical('project', 0, { names: ['project-2'] }),
        virtual('cluster', { min: 1, content: { version: 1 } }),
      ),
    );
    await world.minutes(2);
    const cluster = await world.only('cluster');
    expect(await world.member('project-1')).toMatchObject({ state: cluster.name });
    await world.acquire('cluster');
    await world.release(cluster.name, 'dirty');
    await world.restore(4);
    expect((await world.members('project')).map(({ name }) => name)).toEqual(['project-2']);
    expect(await world.only('cluster')).toMatchObject({
      name: cluster.name,
      work: { leases: [{ name: 'project-2' }] },
    });
  });
});

describe('a type that leaves the config', () => {
  const without = configOf(physical('project', 6));

  test('is drained: its free members are destroyed by the config by which they were built', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    world.setConfig(without);
    await world.restore(4);
    expect(await world.members('cluster')).toEqual([]);
    expect(world.script.of('destroy').map(({ content }) => content['version'])).toEqual([1, 1, 1]);
    expect(world.script.made.size).toBe(0);
    expect(await world.states('project')).toEqual({ free: 6 });
    expect((await world.ledger.configs.types()).map(({ type }) => type)).toEqual(['project']);
  });

  test('with members in every phase and in a user’s hands is drained as they come', async () => {
    for (const phase of ['recycle', 'fulfill', 'clean', 'free'] as const) {
      const world = createWorld({ config: configAt(1) });
      await world.tick();
      const held = await world.acquire('cluster');
      const used = await world.acquire('cluster');
      world.hold(phase);
      await world.release(used.name, 'dirty');
      await world.tick();
      expect(await world.member(used.name)).toMatchObject({ work: { phase } });
      world.setConfig(without);
      await world.tick();
      await world.letGo();
      await world.minutes(4);
      expect(await world.states('cluster')).toEqual({ busy: 1 });
      await world.release(held.name, 'free');
      await world.restore(5);
      expect(await world.members('cluster')).toEqual([]);
      expect(world.script.made.size).toBe(0);
    }
  });

  test('and comes back is built anew', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    world.setConfig(without);
    await world.tick();
    world.setConfig(configAt(1));
    await world.restore(5);
    expect(await world.states('cluster')).toEqual({ free: 3 });
    expect(world.script.made.size).toBe(3);
  });

  test('and is physical is dropped as far as nobody holds it', async () => {
    const world = createWorld({ config: configOf(physical('project', 1), physical('disk', 2)) });
    await world.tick();
    const { name } = await world.acquire('disk');
    world.setConfig(configOf(physical('project', 1)));
    await world.tick();
    expect((await world.members('disk')).map((disk) => disk.name)).toEqual([name]);
    await world.release(name, 'dirty');
    await world.restore(3);
    expect((await world.ledger.configs.types()).map(({ type }) => type)).toEqual(['project']);
  });

  test('and is physical and dynamic ends in tombstones', async () => {
    const port = { type: 'port', 'min-count': 2, 'max-count': 3 };
    const world = createWorld({ config: configOf(physical('project', 1), port) });
    await world.tick();
    expect(await world.states('port')).toEqual({ free: 2 });
    world.setConfig(configOf(physical('project', 1)));
    await world.restore(5);
    expect(await world.members('port')).toEqual([]);
  });

  test('and is needed by nobody any more gives back what was leased of it', async () => {
    const both = (needs: Record<string, number>): string =>
      configOf(physical('project', 2), physical('disk', 2), virtual('cluster', { min: 2, needs }));
    const world = createWorld({ config: both({ project: 1, disk: 1 }) });
    await world.tick();
    expect(await world.states('disk')).toEqual({ parked: 2 });
    world.setConfig(configOf(physical('project', 2), virtual('cluster', { min: 2 })));
    await world.restore(8);
    expect(await world.members('disk')).toEqual([]);
    for (const { work } of await world.members('cluster')) {
      expect(work?.leases.map(({ type }) => type)).toEqual(['project']);
    }
  });
});

describe.each(['its config', 'a person'])('a type that is paused by %s', (whom) => {
  const text = (isPaused: boolean): string =>
    configOf(physical('project', 4), virtual('cluster', { mason: { paused: isPaused } }));
  const openWorld = (): World => createWorld({ config: text(false) });
  async function pause(world: World, isPaused: boolean, configAs = text): Promise<void> {
    const order = isPaused ? { by: 'alice', reason: '' } : null;
    if (whom === 'a person') expect(await world.ledger.configs.pause('cluster', order)).toBe(true);
    else world.setConfig(configAs(isPaused));
  }

  test('begins nothing new: its dirty members wait', async () => {
    const world = openWorld();
    await world.tick();
    await pause(world, true);
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    await world.minutes(10);
    expect(await world.states('cluster')).toEqual({ dirty: 1, free: 1 });
    await pause(world, false);
    await world.restore(3);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2 } });
  });

  test.each(['recycle', 'fulfill', 'clean', 'free'] as const)(
    'stops its members before %s, and they go on from there',
    async (phase) => {
      const world = openWorld();
      world.hold(phase);
      await world.tick();
      await pause(world, true);
      await world.tick();
      await world.letGo();
      await world.minutes(10);
      expect((await world.members('cluster')).map(({ work }) => work?.phase)).toEqual([phase, phase]);
      expect(world.wire.rejections).toEqual([]);
      await pause(world, false);
      await world.restore(3);
      expect((await world.members('cluster')).map(({ work }) => work?.cycle)).toEqual([1, 1]);
    },
  );

  test('lets a construct that is under way finish', async () => {
    const world = openWorld();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { construct } = world.script;
    world.script.construct = async (call) => {
      await promise;
      return construct(call);
    };
    await world.tick();
    await pause(world, true);
    await world.minutes(2);
    resolve(undefined);
    await world.settle();
    expect((await world.members('cluster')).map(({ work }) => work?.phase)).toEqual(['free', 'free']);
  });

  test('holds nobody up who needs the same', async () => {
    const config = (isPaused: boolean): string =>
      configOf(
        physical('project', 2),
        virtual('cluster', { min: 1, mason: { paused: isPaused } }),
        virtual('store', { min: 1 }),
      );
    const world = createWorld({ config: config(false) });
    world.hold('fulfill');
    await world.tick();
    await pause(world, true, config);
    await world.tick();
    await world.letGo();
    await world.minutes(3);
    expect(await world.states('store')).toEqual({ free: 1 });
    expect(await world.states('project')).toEqual({ free: 1, parked: 1 });
    await pause(world, false, config);
    await world.restore(3);
  });
});
