import { describe, expect, test } from '@jest/globals';

import { constructed } from '../../../shared/masonables/port.ts';
import { inTwoCommits } from '../../support/inTwoCommits.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import {} from '../../support/worldProcess.ts';
import { gate, hang } from '../../support/worldScript.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** Everybody who asks for a place in the line, and what he is told. */
const ask = (world: World, type: string, requestId: string, owner = 'alice') =>
  world.users.acquire({ type, state: 'free', dest: 'busy', owner, requestId });

const free = async (world: World, type: string): Promise<number> => (await world.states(type))['free'] ?? 0;

describe('on its own ledger', () => {
  test('a recycle run paused before it returns the leases, while its successor finishes and they are leased elsewhere', async () => {
    const world = createWorld({ config: configOf(physical('project', 1), virtual('cluster', { min: 1 })) });
    await world.restore();
    const { name } = await world.acquire('cluster');
    const paused = world.process;
    const { destroy } = world.script;
    const waits = gate();
    world.script.destroy = async (call) => {
      world.script.destroy = destroy;
      await waits.promise;
      return destroy(call);
    };
    await world.release(name, 'dirty');
    await world.tick();
    paused.pause();
    world.startProcess();
    await world.restore();
    await world.acquireNamed(name, 'bob');
    const before = await world.inventory();
    paused.resume();
    waits.resolve();
    await world.settle();
    expect(await world.inventory()).toEqual(before);
  });

  test('an acquire whose reply is lost: the same request gets the same resource', async () => {
    const world = createWorld({ config: ONE });
    await world.restore();
    const lost = await ask(world, 'project', 'r1');
    const again = await ask(world, 'project', 'r1');
    expect(again).toMatchObject({ kind: 'acquired', resource: (lost as { resource: object }).resource });
  });

  test('a failing multi-name acquirebystate takes nothing', async () => {
    const world = createWorld({ config: ONE });
    await world.restore();
    const { name, work } = await world.only('cluster');
    const names = [...work.leases.map((lease) => lease.name), 'nobody'];
    const order = { state: name, dest: 'leased', owner: 'alice', names };
    expect(await world.users.acquireByState(order)).toBeNull();
    expect(await world.unrest()).toEqual([]);
  });

  test('a parking whose reply is lost, then the lease expiry: it is parked once, and stays so', async () => {
    const world = createWorld({ config: ONE });
    let isLost = false;
    world.meddle = ({ name, args }) => {
      const isParking =
        name === 'claims.claimAndSettle' && (args[1] as { kind: string }).kind === 'freed' && !isLost;
      if (!isParking) return undefined;
      isLost = true;
      return 'unavailableAfter';
    };
    await world.restore();
    expect(isLost).toBe(true);
    await world.advance(31 * 60_000);
    await world.restore();
    expect(await free(world, 'cluster')).toBe(1);
  });

  test('a starved type at the head of a shared queue stops nobody who does not need what it lacks', async () => {
    const greedy = virtual('cluster', {
      min: 1,
      needs: { project: 1, disk: 1 },
      mason: { patience: '3m' },
    });
    const world = createWorld({
      config: configOf(
        physical('project', 2),
        physical('disk', 1),
        greedy,
        virtual('lab', { min: 0, max: 1 }),
      ),
    });
    world.hold('fulfill');
    await world.tick();
    const held = [await world.acquire('disk'), await world.acquire('project')];
    await world.letGo();
    const greedyFirst = configOf(
      physical('project', 2),
      physical('disk', 1),
      greedy,
      virtual('lab', { min: 1 }),
    );
    world.setConfig(greedyFirst);
    await world.minutes(1);
    expect(await free(world, 'lab')).toBe(0);
    await world.minutes(4);
    expect(await free(world, 'lab')).toBe(1);
    expect(await free(world, 'cluster')).toBe(0);
    for (const { name } of held) await world.release(name, 'free');
    await world.restore();
  });

  test('temporary holds of the young do not hide supply from the oldest', async () => {
    const large = virtual('cluster', { min: 1, needs: { project: 2 } });
    const projects = physical('project', 3);
    const world = createWorld({ config: configOf(projects, large, virtual('lab', { min: 0, max: 1 })) });
    world.hold('fulfill');
    await world.tick();
    const held = [
      await world.acquire('project'),
      await world.acquire('project'),
      await world.acquire('project'),
    ];
    await world.letGo();
    world.setConfig(configOf(projects, large, virtual('lab', { min: 1 })));
    await world.minutes(1);
    for (const { name } of held.slice(0, 2)) await world.release(name, 'free');
    expect(await free(world, 'cluster')).toBe(1);
    expect(await free(world, 'lab')).toBe(0);
    await world.release(held[2]?.name ?? '', 'free');
    await world.restore();
  });

  test('the lost wake-up: what becomes free just before one is written down as waiting is seen', async () => {
    const world = createWorld({
      config: configOf(physical('project', 1), virtual('cluster', { min: 0, max: 1 })),
    });
    await world.restore();
    const his = await world.acquire('project');
    world.setConfig(configOf(physical('project', 1), virtual('cluster', { min: 1 })));
    let released = false;
    inTwoCommits(world);
    world.meddle = ({ name, args }) => {
      const isWaiting = name === 'claims.settle' && (args[1] as { kind: string }).kind === 'waiting';
      if (isWaiting && !released) {
        released = true;
        void world.users.release({ name: his.name, dest: 'free', owner: 'alice' });
      }
      return undefined;
    };
    await world.tick();
    expect(released).toBe(true);
    expect(await free(world, 'cluster')).toBe(1);
  });

  test('a grant to a poller that vanished: nobody gets what nobody asks for, and who asks gets it', async () => {
    const world = createWorld({ config: configOf(physical('project', 1)) });
    await world.restore();
    const his = await world.acquire('project', 'alice');
    expect((await ask(world, 'project', 'gone', 'bob')).kind).toBe('none');
    await world.release(his.name, 'free');
    expect(await free(world, 'project')).toBe(1);
    expect((await ask(world, 'project', 'here', 'carol')).kind).toBe('none');
    await world.advance(31_000);
    expect((await ask(world, 'project', 'here', 'carol')).kind).toBe('acquired');
  });

  test('a user whose look at the line is out of date is given nothing that became free since', async () => {
    const world = createWorld({
      config: configOf(physical('project', 1), virtual('cluster', { min: 0, max: 1 })),
    });
    await world.restore();
    const his = await world.acquire('project', 'alice');
    world.setConfig(configOf(physical('project', 1), virtual('cluster', { min: 1 })));
    await world.tick();
    let released: Promise<unknown> | null = null;
    world.meddle = ({ name, args }) => {
      const isGivenAfterItsLook = name === 'users.acquire' && (args[0] as { ahead: unknown }).ahead !== null;
      if (isGivenAfterItsLook)
        released ??= world.ledger.users.release({ name: his.name, dest: 'free', owner: 'alice' });
      return undefined;
    };
    const { users } = world.process.mason;
    const request = { type: 'project', state: 'free', dest: 'busy', owner: 'bob', requestId: 'r1' };
    expect(await users.acquire(request)).toMatchObject({ kind: 'none' });
    expect(released).not.toBeNull();
    await world.restore();
    expect(await free(world, 'cluster')).toBe(1);
  });

  test('config removal under a parked resource: its holder keeps it until it gives it back', async () => {
    const world = createWorld({ config: configOf(physical('project', 1), virtual('cluster', { min: 1 })) });
    await world.restore();
    const { work } = await world.only('cluster');
    const lab = virtual('cluster', { min: 1, needs: { disk: 1 } });
    world.setConfig(configOf(physical('disk', 1), lab));
    await world.restore();
    expect(await world.members('project')).toEqual([]);
    expect((await world.only('cluster')).work.leases.map(({ name }) => name)).toEqual(['disk-1']);
    expect(work.leases.map(({ name }) => name)).toEqual(['project-1']);
  });

  test('a construct that kills its process every time ends in quarantine, and holds nobody up', async () => {
    const world = createWorld({ config: ONE });
    const { construct } = world.script;
    world.script.construct = () => {
      world.process.kill();
      return hang();
    };
    await world.minutes(30);
    expect(await world.only('cluster')).toMatchObject({
      state: 'quarantined',
      work: { quarantine: expect.anything() },
    });
    world.script.construct = construct;
    await world.ledger.claims.retry((await world.only('cluster')).name, 0);
    await world.restore();
  });

  test('a construct resumed under a new token: the old run writes nothing', async () => {
    const world = createWorld({ config: ONE });
    const { construct } = world.script;
    const waits = gate();
    const late = world.process;
    world.script.construct = async () => {
      world.script.construct = construct;
      await waits.promise;
      return constructed({ secret: 'of the late one' });
    };
    await world.tick();
    late.pause();
    world.startProcess();
    await world.restore();
    const before = await world.inventory();
    late.resume();
    waits.resolve();
    await world.settle();
    expect(await world.inventory()).toEqual(before);
  });

  test('a late duplicate of a person’s publish destroys nothing that was built since', async () => {
    const world = createWorld({ config: ONE });
    await world.restore();
    const { name } = await world.only('cluster');
    await world.say('recycle', name);
    await world.restore();
    const before = await world.only('cluster');
    const letter = world.wire.published.find(
      ({ topic, data, attributes }) =>
        topic === 'recycle' && data === name && attributes['cycle'] === undefined,
    );
    if (letter === undefined) throw new Error('there was no order');
    await world.redeliver(letter);
    expect(await world.only('cluster')).toEqual(before);
  });
});
