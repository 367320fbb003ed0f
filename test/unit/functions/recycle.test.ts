import { describe, expect, test } from '@jest/globals';

import { notYet } from '../../../shared/masonables/port.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const ONE = configOf(physical('project', 3), virtual('cluster', { min: 1, needs: { project: 2 } }));

/** A world whose only cluster was built and used, and was released so. */
async function released(dest: string, { holding = 'fulfill' as const } = {}): Promise<World> {
  const world = createWorld({ config: ONE });
  await world.tick();
  const { name } = await world.acquire('cluster');
  await world.users.update({ name, state: 'busy', owner: 'alice', userData: { note: 'mine' } });
  await world.leave(name, dest);
  world.hold(holding);
  return world;
}

describe('recycle finds', () => {
  test.each(['dirty', 'toBeDeleted'])(
    'a virtual resource that is %s, and takes it: cleaning, a new cycle, an owner that only this lease knows',
    async (state) => {
      const world = createWorld({ config: ONE });
      await world.tick();
      const { name, ...before } = await world.acquire('cluster');
      await world.leave(name, state);
      world.hold('recycle');
      await world.tick();
      const { owner, work, ...taken } = await world.worked(name);
      expect(taken.state).toBe('cleaning');
      expect(owner).toMatch(/^mason-world:[0-9a-f-]{36}$/);
      expect(work).toMatchObject({ phase: 'recycle', cycle: 2, owner, doomed: state === 'toBeDeleted' });
      expect(work.owner).not.toBe(before.work?.owner);
      expect(world.wire.waiting).toMatchObject([
        { topic: 'recycle', data: name, attributes: { type: 'cluster', cycle: '2', phase: 'recycle' } },
      ]);
    },
  );

  test.each(['free', 'busy', 'other'])('no virtual resource that is %s', async (state) => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.acquire('cluster');
    if (state !== 'busy') await world.release(name, state);
    await world.tick();
    expect(await world.member(name)).toMatchObject({ state, work: { phase: null, cycle: 1 } });
  });

  test('a virtual resource that is new: nothing was built yet, so nothing is destroyed', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill');
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'fulfill', cycle: 1 } });
    expect(world.script.of('destroy')).toEqual([]);
  });
});

describe('recycle', () => {
  test('lets the Masonable destroy what it made, with the user data and leases that it had', async () => {
    const world = await released('dirty');
    await world.tick();
    const { name } = await world.only('cluster');
    expect(world.script.of('destroy')).toMatchObject([
      {
        resource: { name, type: 'cluster', userData: { secret: `${name}-1`, note: 'mine' } },
        leased: { project: [{ name: 'project-1' }, { name: 'project-2' }] },
        context: { cycle: 2, checkpoint: null },
        content: { version: 1 },
      },
    ]);
    expect(world.script.made.size).toBe(0);
  });

  test('destroys by the config by which the thing was built, not by today’s', async () => {
    const world = await released('dirty');
    const entry = virtual('cluster', { min: 1, needs: { project: 2 }, content: { version: 2 } });
    world.setConfig(configOf(physical('project', 3), entry));
    await world.letGo();
    await world.restore(5);
    expect(world.script.of('destroy').map(({ content }) => content)).toEqual([{ version: 1 }]);
    expect(world.script.of('construct').map(({ content }) => content)).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
  });

  test('releases the leased physical resources dirty, for the janitor, whom it wakes', async () => {
    const world = await released('dirty');
    world.hold('fulfill', 'janitor');
    await world.tick();
    for (const name of ['project-1', 'project-2']) {
      const { work, ...project } = await world.worked(name);
      expect(project).toMatchObject({ state: 'cleaning', heldBy: null });
      expect(work).toMatchObject({ phase: 'janitor', cycle: 1 });
      expect(work.history.map(({ what }) => what)).toEqual(['dirty: cycle 1 begins']);
    }
    const woken = world.wire.waiting.filter(({ topic, data }) => topic === 'janitor' && data !== EVERYTHING);
    expect(woken.map(({ data }) => data).sort()).toEqual(['project-1', 'project-2']);
  });

  test('releases them dirty, and no more, where no janitor of ours cleans them', async () => {
    const projects = physical('project', 3, { mason: {} });
    const world = createWorld({ config: configOf(projects, virtual('cluster', { min: 1 })) });
    await world.tick();
    const cluster = await world.acquire('cluster');
    const [lease] = cluster.work?.leases ?? [];
    await world.release(cluster.name, 'dirty');
    await world.minutes(2);
    expect(await world.member(lease?.name ?? '')).toMatchObject({
      state: 'dirty',
      owner: '',
      heldBy: null,
      work: null,
    });
  });

  test('passes over leased physical resources that the user took, keeps or has released', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const cluster = await world.acquire('cluster');
    await world.acquireLeased(cluster);
    await world.release('project-1', 'free');
    await world.leave(cluster.name, 'dirty');
    world.hold('fulfill', 'janitor');
    await world.tick();
    expect(await world.member('project-1')).toMatchObject({ state: 'free', owner: '', work: null });
    expect(await world.member('project-2')).toMatchObject({ state: 'busy', owner: 'alice' });
  });

  test('passes over a leased physical resource that left the config, and the ledger, in its user’s hands', async () => {
    const cluster = virtual('cluster', { min: 1 });
    const world = createWorld({ config: configOf(physical('project', 1), cluster) });
    await world.tick();
    const taken = await world.acquire('cluster');
    await world.acquireLeased(taken);
    world.setConfig(configOf(physical('project', 1, { names: ['other'] }), cluster));
    await world.release('project-1', 'dirty');
    await world.minutes(2);
    expect(await world.ledger.views.record('project-1')).toBeNull();
    await world.release(taken.name, 'dirty');
    await world.restore();
    expect(world.script.of('destroy', taken.name)).toMatchObject([{ leased: {} }]);
  });

  test('clears all user data: the user’s, the old credentials, the names of the leases', async () => {
    const world = await released('dirty');
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ userData: {}, work: { leases: [], builtBy: null } });
  });

  test('leaves phase fulfill, and says so to mason-fulfill with the name as data', async () => {
    const world = await released('dirty');
    await world.tick();
    const { name, work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'fulfill', cycle: 2, claimedUntil: null, attempts: 0 });
    expect(world.wire.waiting).toMatchObject([
      { topic: 'fulfill', data: name, attributes: { type: 'cluster', cycle: '2', phase: 'fulfill' } },
    ]);
  });

  test('leaves a toBeDeleted one as tombstone; then its record is gone, and another is made', async () => {
    const world = await released('toBeDeleted');
    const { name } = await world.only('cluster');
    world.hold('janitor');
    await world.tick();
    expect(await world.member(name)).toMatchObject({
      state: 'tombstone',
      owner: '',
      userData: {},
      work: { phase: null, dueAt: null, leases: [] },
    });
    expect(world.script.made.size).toBe(0);
    expect(await world.member('project-1')).toMatchObject({
      state: 'cleaning',
      heldBy: null,
      work: { phase: 'janitor' },
    });

    await world.letGo();
    await world.tick();
    const successor = await world.only('cluster');
    expect(successor.name).not.toBe(name);
    expect(await world.ledger.views.record(name)).toBeNull();
    expect(await world.unrest()).toEqual([]);
  });

  test('of a static one that is toBeDeleted makes it anew under its name, in a cycle that never was', async () => {
    const { 'min-count': _min, 'max-count': _max, ...entry } = virtual('cluster', { needs: {} });
    const world = createWorld({ config: configOf({ ...entry, names: ['cluster-a'] }) });
    await world.tick();
    await world.acquire('cluster');
    await world.leave('cluster-a', 'toBeDeleted');
    await world.restore(4);
    const { state, userData, work } = await world.worked('cluster-a');
    expect(state).toBe('free');
    // What is made outside is named by name and cycle: a cycle that comes twice would find the old one's things.
    expect(work.cycle).toBeGreaterThan(2);
    expect(userData).toMatchObject({ secret: `cluster-a-${work.cycle}` });
  });

  test('waits as long as the destruction says “not yet”, and gives it its checkpoint', async () => {
    const world = await released('dirty');
    const { destroy } = world.script;
    world.script.destroy = ({ context }) => notYet({ asked: context.checkpoint }, 90_000);
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'recycle', attempts: 0 } });
    expect((await world.only('cluster')).work.leases).toHaveLength(2);
    await world.minutes(1);
    expect(world.script.of('destroy')).toHaveLength(1);
    await world.minutes(1);
    world.script.destroy = destroy;
    await world.minutes(2);
    expect(world.script.of('destroy').map(({ context }) => context.checkpoint)).toEqual([
      null,
      { asked: null },
      { asked: { asked: null } },
    ]);
    await world.letGo();
    await world.restore(2);
  });

  test('keeps leases and user data while the destruction fails, and in quarantine', async () => {
    const world = await released('dirty');
    world.script.destroy = () => {
      throw new Error('the cluster won’t go');
    };
    await world.minutes(30);
    const { state, userData, work } = await world.only('cluster');
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toBe('recycle failed 5 times, the last time so: the cluster won’t go');
    expect(work.leases.map(({ name }) => name)).toEqual(['project-1', 'project-2']);
    expect(userData).toMatchObject({ note: 'mine' });
    expect(await world.states('project')).toMatchObject({ parked: 2 });
  });
});
