import { describe, expect, test } from '@jest/globals';

import { createWorld } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { configAt, contentOf, versions, V1, V2 } from './configSteps.ts';

describe('a content that changes', () => {
  test('while a member is due for recycle: it is built from the new one', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    world.hold('recycle');
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.tick();
    await world.letGo();
    const { name, work } = await world.only('cluster');
    expect(contentOf(world, name)).toEqual([2]);
    expect(work.cycle).toBe(1);
  });

  test('while a member waits for supply: it begins again, no attempt is counted, and it is built from the new one', async () => {
    const world = createWorld({ config: configAt(1, { min: 1, supply: 1 }) });
    world.hold('fulfill');
    await world.tick();
    const taken = await world.acquire('project');
    await world.letGo();
    world.setConfig(configAt(2, { min: 1, supply: 1 }));
    await world.minutes(15);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'fulfill', attempts: 0, cycle: 2 } });
    await world.release(taken.name, 'free');
    const { name, work } = await world.only('cluster');
    expect(contentOf(world, name)).toEqual([2]);
    expect(work.history.map(({ what }) => what)).toContain('its config changed: cycle 2 begins');
  });

  test('and waits for supply: it is found by its grant even if nobody looks at it before', async () => {
    const world = createWorld({ config: configAt(1, { min: 1, supply: 1 }) });
    world.hold('fulfill');
    await world.tick();
    const taken = await world.acquire('project');
    await world.letGo();
    world.setConfig(configAt(2, { min: 1, supply: 1 }));
    await world.tick();
    await world.release(taken.name, 'free');
    await world.restore(5);
    const { name } = await world.only('cluster');
    expect(contentOf(world, name)).toEqual([2]);
  });

  test('before the construct begins: it begins again, its leases go back, and nothing is destroyed', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    world.hold('clean');
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.tick();
    await world.letGo();
    const { name, state, work } = await world.only('cluster');
    expect(state).toBe('free');
    expect(contentOf(world, name)).toEqual([2]);
    expect(work).toMatchObject({ cycle: 2, attempts: 0 });
    expect(await world.states('project')).toEqual({ free: 5, parked: 1 });
    expect(world.said('restarted')).toHaveLength(1);
    expect(world.script.of('destroy')).toEqual([]);
  });

  test('during the construct: it finishes, and is rebuilt then as stale', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { construct } = world.script;
    world.script.construct = async (call) => {
      await promise;
      return construct(call);
    };
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.minutes(2);
    world.hold('free');
    resolve(undefined);
    await world.settle();
    expect((await world.only('cluster')).userData).toMatchObject({ content: V1 });
    await world.letGo();
    await world.restore(5);
    const { name, userData } = await world.only('cluster');
    expect(userData).toMatchObject({ content: V2, secret: `${name}-2` });
    expect(world.script.of('destroy').map(({ content }) => content['version'])).toEqual([1]);
    expect(contentOf(world, name)).toEqual([1, 2]);
  });

  test('between two runs of a construct that says “not yet”: it finishes by the old one', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    const { construct } = world.script;
    world.script.construct = () => {
      world.script.construct = construct;
      return { done: false, checkpoint: 'half', againInMs: 90_000 };
    };
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.restore(10);
    const { name } = await world.only('cluster');
    expect(contentOf(world, name)).toEqual([1, 1, 2]);
  });

  test('after a failed construct: the next attempt is by the new one, so a bad content can be mended', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    const { construct } = world.script;
    world.script.construct = (call) => {
      if (call.content['version'] === 1) throw new Error('version 1 can’t be built');
      return construct(call);
    };
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.restore(5);
    expect(await world.only('cluster')).toMatchObject({ userData: { content: V2 }, work: { attempts: 0 } });
  });

  test('in phase free: it is freed as it is, and rebuilt then', async () => {
    const world = createWorld({ config: configAt(1, { min: 1 }) });
    world.hold('free');
    await world.tick();
    world.setConfig(configAt(2, { min: 1 }));
    await world.tick();
    await world.letGo();
    await world.restore(5);
    expect(contentOf(world, (await world.only('cluster')).name)).toEqual([1, 2]);
  });

  test.each(['dirty', 'free'])(
    'in a user’s hands: it is rebuilt when he has released it %s',
    async (dest) => {
      const world = createWorld({ config: configAt(1, { min: 1 }) });
      await world.tick();
      const { name } = await world.acquire('cluster');
      world.setConfig(configAt(2, { min: 1 }));
      await world.minutes(2);
      expect(contentOf(world, name)).toEqual([1]);
      await world.release(name, dest);
      await world.restore(5);
      expect(contentOf(world, name)).toEqual([1, 2]);
      expect(world.script.of('destroy').map(({ content }) => content['version'])).toEqual([1]);
    },
  );

  test('while all are free: they are rebuilt one by one, the pool is never below min − 1', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    world.setConfig(configAt(2));
    const { construct, destroy } = world.script;
    const ready: number[] = [];
    const look = async (): Promise<void> => {
      const members = await world.members('cluster');
      ready.push(members.filter(({ work }) => work?.phase === null).length);
    };
    world.script.destroy = async (call) => {
      await look();
      return destroy(call);
    };
    world.script.construct = async (call) => {
      await look();
      return construct(call);
    };
    await world.restore(15);
    expect(await versions(world)).toEqual([V2, V2, V2]);
    expect(ready).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('while more are ready than min: as many at once as leave min − 1', async () => {
    const world = createWorld({ config: configAt(1, { min: 5, max: 5 }) });
    await world.tick();
    world.setConfig(configAt(2, { min: 2, max: 5 }));
    world.hold('recycle');
    await world.tick();
    expect(await world.states('cluster')).toEqual({ cleaning: 4, free: 1 });
    await world.letGo();
    await world.restore(10);
    expect(new Set(await versions(world))).toEqual(new Set([V2]));
  });

  test('to one that can’t be built costs the pool one member, which goes to quarantine; the others stay as they are', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    const { construct } = world.script;
    world.script.construct = (call) => {
      if (call.content['version'] === 2) throw new Error('version 2 can’t be built');
      return construct(call);
    };
    world.setConfig(configAt(2));
    await world.minutes(60);
    expect(await world.states('cluster')).toEqual({ quarantined: 1, free: 2 });
    expect((await versions(world)).filter((version) => version === V1)).toHaveLength(2);

    world.setConfig(configAt(1));
    await world.minutes(10);
    expect(await world.states('cluster')).toEqual({ quarantined: 1, free: 2 });
    expect(world.script.of('destroy')).toHaveLength(1);
  });

  test('and changes back rebuilds nothing that is of that content already', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    world.setConfig(configAt(2));
    world.hold('recycle');
    await world.tick();
    world.setConfig(configAt(1));
    await world.tick();
    await world.letGo();
    await world.restore(5);
    expect(await versions(world)).toEqual([V1, V1, V1]);
    expect(world.script.of('destroy')).toHaveLength(1);
  });

  test('of needs: members are rebuilt from what is needed now', async () => {
    const needing = (project: number): string =>
      configOf(physical('project', 6), virtual('cluster', { min: 2, needs: { project } }));
    const world = createWorld({ config: needing(1) });
    await world.tick();
    world.setConfig(needing(3));
    await world.restore(10);
    expect(await world.states('project')).toEqual({ parked: 6 });
    world.setConfig(needing(2));
    await world.restore(10);
    expect(await world.states('project')).toEqual({ free: 2, parked: 4 });
  });

  test('of settings alone rebuilds nothing', async () => {
    const world = createWorld({ config: configAt(1) });
    await world.tick();
    const before = await world.members('cluster');
    world.setConfig(
      configOf(
        physical('project', 6),
        virtual('cluster', {
          min: 3,
          content: { version: 1 },
          mason: { 'max-attempts': 9 },
          lifespan: '48h',
        }),
      ),
    );
    await world.minutes(5);
    expect(await world.members('cluster')).toEqual(before);
  });
});
