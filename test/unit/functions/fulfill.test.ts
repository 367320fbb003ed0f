import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { inTwoCommits } from '../../support/inTwoCommits.ts';
import { createWorld } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const NEEDY = virtual('cluster', { min: 1, needs: { project: 2, disk: 1 } });
const ONE = configOf(physical('project', 2), physical('disk', 1), NEEDY);

describe('fulfill', () => {
  test('leases what the type needs: free → leased, under the owner of the virtual resource', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    const { name, owner } = await world.only('cluster');
    for (const leased of ['project-1', 'project-2', 'disk-1']) {
      expect(await world.member(leased)).toMatchObject({ state: 'leased', owner, heldBy: name });
    }
  });

  test('records each lease, with the user data that the physical resource has', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill', 'clean');
    await world.tick();
    const disk = await world.acquire('disk');
    await world.users.update({
      name: disk.name,
      state: 'busy',
      owner: 'alice',
      userData: { path: '/dev/sdb' },
    });
    await world.release(disk.name, 'free');
    world.hold('clean');
    await world.settle();
    expect((await world.only('cluster')).work.leases).toEqual([
      { type: 'project', name: 'project-1', userData: {} },
      { type: 'project', name: 'project-2', userData: {} },
      { type: 'disk', name: 'disk-1', userData: { path: '/dev/sdb' } },
    ]);
  });

  test('writes the names to the user data leasedResources, as a YAML list', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    const { userData } = await world.only('cluster');
    expect(Object.keys(userData)).toEqual(['leasedResources']);
    expect(parse(userData['leasedResources'] ?? '')).toEqual(['project-1', 'project-2', 'disk-1']);
  });

  test('leaves phase clean', async () => {
    const world = createWorld({ config: ONE });
    world.hold('clean');
    await world.tick();
    const { name, work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'clean', cycle: 1, queue: null });
    expect(world.wire.waiting).toMatchObject([{ topic: 'clean', data: name }]);
  });

  test('leases nothing while one part is missing, and all as soon as that is free', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill');
    await world.tick();
    const taken = await world.acquire('disk');
    world.hold('clean');
    await world.settle();
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'fulfill', leases: [], attempts: 0, queue: { patienceMs: 60_000 } });
    expect(await world.states('project')).toEqual({ free: 2 });
    expect(world.said('waiting')).toHaveLength(1);

    await world.release(taken.name, 'free');
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', queue: null } });
  });

  test('tells once what it got, at once or in its turn', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    const got = {
      message: `${name}: fulfill done: project-1, project-2 and disk-1`,
      ...{ severity: 'INFO', resource: name, type: 'cluster', phase: 'fulfill' },
    };
    expect(world.said('fulfilled')).toMatchObject([{ ...got, cycle: 1 }]);
    expect(world.said('waiting')).toEqual([]);

    // What it was made of is dirty now, and comes back one by one.
    world.hold('janitor');
    await world.leave((await world.acquire('cluster')).name, 'dirty');
    await world.minutes(1);
    expect(world.said('waiting')).toHaveLength(1);
    expect(world.said('fulfilled')).toHaveLength(1);
    await world.letGo();
    await world.restore(5);
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { cycle: 2 } });
    expect(world.said('fulfilled')).toMatchObject([{}, { ...got, cycle: 2 }]);
  });

  test('does not say that it is done if it begins again, since its config changed', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill');
    await world.tick();
    const changed = (await world.ledger.configs.types()).map((spec) =>
      spec.type === 'cluster' ? { ...spec, hash: 'another' } : spec,
    );
    world.meddle = ({ name }) => {
      if (name !== 'claims.settle') return undefined;
      world.meddle = () => undefined;
      void world.ledger.configs.store(changed);
      return undefined;
    };
    inTwoCommits(world);
    world.hold('recycle');
    await world.settle();
    expect(world.said('restarted')).toMatchObject([
      { message: expect.stringMatching(/: fulfill not done: .*config/), cycle: 1 },
    ]);
    expect(world.said('fulfilled')).toEqual([]);
  });

  test('misses nothing that becomes free just before it is written down as waiting', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill');
    await world.tick();
    const taken = await world.acquire('disk');
    let releases = 0;
    world.meddle = ({ name, args }) => {
      const [, settlement] = args as [unknown, { kind: string } | undefined];
      if (name !== 'claims.settle' || settlement?.kind !== 'waiting' || releases > 0) return undefined;
      releases += 1;
      // Its releaser has looked for waiters by now, and found nobody.
      void world.ledger.users.release({ name: taken.name, dest: 'free', owner: 'alice' });
      return undefined;
    };
    inTwoCommits(world);
    await world.letGo();
    expect(releases).toBe(1);
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });

  test('waits as long as it takes, without an attempt counted, and keeps its place', async () => {
    const world = createWorld({ config: ONE });
    world.hold('fulfill');
    await world.tick();
    await world.acquire('disk');
    await world.letGo();
    const { queue } = (await world.only('cluster')).work;
    await world.minutes(25);
    expect(await world.only('cluster')).toMatchObject({
      state: 'cleaning',
      work: { phase: 'fulfill', attempts: 0, crashes: 0, queue: { since: queue?.since } },
    });
  });

  test('a type that needs nothing goes straight on, holds nothing and has no leasedResources', async () => {
    const world = createWorld({ config: configOf(virtual('token', { min: 1, needs: {} })) });
    await world.tick();
    const { state, userData, work } = await world.only('token');
    expect(state).toBe('free');
    expect(work.leases).toEqual([]);
    expect(userData).not.toHaveProperty('leasedResources');
    expect(world.script.of('construct')).toMatchObject([{ leased: {} }]);
  });

  test('a need that is itself virtual is leased once it is free, and returned dirty to be built anew', async () => {
    const config = configOf(
      physical('project', 2),
      virtual('suite', { min: 1, needs: { cluster: 1 } }),
      virtual('cluster', { min: 1, needs: { project: 1 } }),
    );
    const world = createWorld({ config });
    await world.restore(5);
    const suite = await world.only('suite');
    const cluster = await world.only('cluster');
    expect(cluster).toMatchObject({ state: suite.name, owner: '', heldBy: suite.name });
    expect(world.script.of('construct', suite.name)).toMatchObject([
      { leased: { cluster: [{ name: cluster.name, userData: { secret: `${cluster.name}-1` } }] } },
    ]);

    await world.acquire('suite');
    await world.release(suite.name, 'dirty');
    await world.restore(5);
    expect(await world.only('cluster')).toMatchObject({ name: cluster.name, work: { cycle: 2 } });
    expect((await world.only('suite')).userData).toMatchObject({ secret: `${suite.name}-2` });
  });
});
