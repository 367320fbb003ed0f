import { expect } from '@jest/globals';

import type { GivenBack, Wake } from '../../../shared/ledger/port.ts';
import type { InWorld } from './inWorld.ts';
import { acquireOf, releaseOf } from './usersSteps.ts';
import { GOOD_END, LONG_MS, physical, virtual, type World } from './world.ts';

const PROJECT = physical('project', ['p', 'q']);
const CLUSTER = virtual('cluster', ['c'], { needs: { project: 1 } });

export function describeGivenBack(it: InWorld): void {
  describeTaken(it);
  describeLeft(it);
  describeTold(it);
}

/** Alice has it and gives it back. @returns what is told of it */
async function giveBack(world: World, name: string, dest = 'dirty'): Promise<readonly GivenBack[]> {
  const { type } = await world.record(name);
  await acquireOf(world, type, { name });
  const touched = await world.ledger.users.release({ name, dest, owner: 'alice' });
  if (touched.kind !== 'done') throw new Error(`${name} could not be released: ${touched.kind}`);
  return touched.givenBack;
}

/** These as they are, whatever was told of them. */
const asTheyAre = (world: World, ...names: readonly string[]): Promise<readonly GivenBack[]> =>
  Promise.all(names.map((name) => world.record(name)));

const takeUp = (world: World, given: readonly GivenBack[]): Promise<readonly Wake[]> =>
  world.ledger.pools.takeGivenBack(given, world.order());

/** None is taken, and all stay as they are. */
async function expectLeft(world: World, given: readonly GivenBack[]): Promise<void> {
  expect(given).not.toEqual([]);
  const before = await world.records();
  expect(await takeUp(world, given)).toEqual([]);
  expect(await world.records()).toEqual(before);
}

function describeTaken(it: InWorld): void {
  it('takes physical ones for the janitor and virtual ones for recycle, each as a new cycle', async (world) => {
    await world.configure(PROJECT, CLUSTER);
    await world.bring('c', 'done');
    const [free = ''] = await world.names('project', 'free');
    const given = [...(await giveBack(world, free)), ...(await giveBack(world, 'c'))];
    expect(await takeUp(world, given)).toEqual([
      { task: 'janitor', type: 'project', name: free, cycle: 1 },
      { task: 'recycle', type: 'cluster', name: 'c', cycle: 2 },
    ]);
    const [project, cluster] = [await world.work(free), await world.work('c')];
    expect(project).toMatchObject({ state: 'cleaning', work: { phase: 'janitor', doomed: false } });
    expect(cluster).toMatchObject({ state: 'cleaning', work: { phase: 'recycle', doomed: false } });
    expect(project.owner).not.toBe(cluster.owner);
    expect(project.owner).toBe(project.work.owner);
    expect(project.work.history.at(-1)?.what).toBe('dirty: cycle 1 begins');
    expect(cluster.work.history.at(-1)?.what).toBe('dirty: cycle 2 begins');
  });

  it('dooms what is toBeDeleted, also of a type without a cleaner of ours', async (world) => {
    await world.configure(
      physical('project', ['p'], { settings: { janitor: null } }),
      virtual('cluster', ['c']),
    );
    await world.bring('c', 'done');
    const given = [
      ...(await giveBack(world, 'p', 'toBeDeleted')),
      ...(await giveBack(world, 'c', 'toBeDeleted')),
    ];
    expect(await takeUp(world, given)).toMatchObject([{ name: 'p', task: 'janitor' }, { name: 'c' }]);
    for (const name of ['p', 'c']) expect(await world.work(name)).toMatchObject({ work: { doomed: true } });
  });

  it('dooms what its user has kept beyond its type', async (world) => {
    await world.configure(virtual('cluster', ['c']));
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    await world.ledger.configs.store([]);
    await releaseOf(world, 'c', 'dirty');
    expect(await takeUp(world, await asTheyAre(world, 'c'))).toMatchObject([{ task: 'recycle' }]);
    expect((await world.work('c')).work.doomed).toBe(true);
  });

  it('sends to recycle what was built, since its type was a virtual one', async (world) => {
    await world.configure(PROJECT, CLUSTER);
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    await world.configure(PROJECT, physical('cluster', ['c'], { hash: 'cluster-2' }));
    const touched = await world.ledger.users.release({ name: 'c', dest: 'dirty', owner: 'alice' });
    expect(touched).toMatchObject({ givenBack: [{ name: 'c' }] });
    expect(await takeUp(world, await asTheyAre(world, 'c'))).toMatchObject([{ name: 'c', task: 'recycle' }]);
  });

  it('takes each for one of those who ask at once, or look for what is dirty', async (world) => {
    await world.configure(PROJECT);
    const given = [...(await giveBack(world, 'p')), ...(await giveBack(world, 'q'))];
    const order = { type: 'project', limit: 9, ...world.order() };
    const wakes = await Promise.all([
      takeUp(world, given),
      world.ledger.pools.takeForJanitor(order),
      takeUp(world, [...given].reverse()),
    ]);
    expect(wakes.flat().map(({ name }) => name)).toHaveLength(2);
    for (const name of ['p', 'q']) expect((await world.work(name)).work.cycle).toBe(1);
    expect(await takeUp(world, given)).toEqual([]);
  });
}

function describeLeft(it: InWorld): void {
  it('leaves what somebody has taken since, or given back once more', async (world) => {
    await world.configure(PROJECT);
    const given = await giveBack(world, 'p');
    world.advance(LONG_MS);
    await acquireOf(world, 'project', { name: 'p' });
    await expectLeft(world, given);
    await releaseOf(world, 'p', 'dirty');
    await expectLeft(world, given);
    expect(await takeUp(world, await asTheyAre(world, 'p'))).toHaveLength(1);
    await world.end(await world.begin('p'), GOOD_END.janitor);
    await expectLeft(world, given);
  });

  it('leaves what a user has, also under a state that looks like ours', async (world) => {
    await world.configure(PROJECT);
    await acquireOf(world, 'project', { name: 'p', dest: 'dirty' });
    await expectLeft(world, await asTheyAre(world, 'p'));
  });

  it('leaves what is free, parked or in a state of the user’s own', async (world) => {
    await world.configure(physical('project', ['p', 'q', 'r']), CLUSTER);
    await world.bring('c', 'done');
    const [free = '', other = ''] = await world.names('project', 'free');
    await giveBack(world, other, 'other');
    const [parked = ''] = await world.names('project', 'c');
    await expectLeft(world, await asTheyAre(world, free, other, parked, 'c'));
  });

  it('leaves what is gone, and members of another type under the same name', async (world) => {
    await world.configure(PROJECT);
    const given = await giveBack(world, 'p');
    await expectLeft(world, [{ ...given[0], name: 'nobody' } as GivenBack]);
    await world.configure(PROJECT, physical('disk', ['d']));
    await expectLeft(world, [{ ...given[0], type: 'disk' } as GivenBack]);
  });

  const dirtyOf = async (world: World, type: ReturnType<typeof physical>): Promise<readonly GivenBack[]> => {
    await world.configure({ ...type, state: 'dirty' });
    return asTheyAre(world, ...(await world.names(type.type, 'dirty')));
  };

  it('leaves members of a paused type', async (world) => {
    const settings = { paused: true };
    await expectLeft(world, await dirtyOf(world, physical('project', ['p'], { settings })));
    await expectLeft(world, await dirtyOf(world, virtual('cluster', ['c'], { settings })));
  });

  it('leaves members of a type that a person has paused', async (world) => {
    const given = await dirtyOf(world, physical('project', ['p']));
    await world.ledger.configs.pause('project', { by: 'bob', reason: '' });
    world.advance(LONG_MS);
    await expectLeft(world, given);
  });

  it('leaves dirty ones that another janitor cleans, and what another Mason builds', async (world) => {
    const settings = { janitor: null };
    await expectLeft(world, await dirtyOf(world, physical('project', ['p'], { settings })));
    const config = { type: 'Elsewhere', content: '' };
    await expectLeft(world, await dirtyOf(world, physical('foreign', ['f'], { config })));
  });

  it('leaves what is of no type that it knows', async (world) => {
    await world.configure(PROJECT);
    const given = await giveBack(world, 'p');
    await expectLeft(world, [{ ...given[0], type: 'nothing' } as GivenBack]);
  });
}

function describeTold(it: InWorld): void {
  it('is told by a release, only of what would be taken', async (world) => {
    await world.configure(
      PROJECT,
      virtual('cluster', ['c']),
      physical('disk', ['d'], { settings: { janitor: null } }),
      physical('port', ['t'], { settings: { paused: true } }),
    );
    await world.bring('c', 'done');
    for (const name of ['p', 'c']) {
      const told = await giveBack(world, name);
      const { type, state, lastUpdate } = await world.record(name);
      expect(told).toEqual([{ name, type, state, lastUpdate }]);
    }
    expect(await giveBack(world, 'q', 'free')).toEqual([]);
    expect(await giveBack(world, 'q', 'other')).toEqual([]);
    expect(await giveBack(world, 'q', 'tombstone')).toEqual([]);
    for (const name of ['d', 't']) expect(await giveBack(world, name)).toEqual([]);
    expect(await giveBack(world, 'd', 'toBeDeleted')).toMatchObject([{ name: 'd', state: 'toBeDeleted' }]);
  });

  it('is told by recycle, of all that it gives back', async (world) => {
    await world.configure(PROJECT, virtual('cluster', ['c'], { needs: { project: 2 } }));
    await world.bring('c', 'done');
    expect(await takeUp(world, await giveBack(world, 'c'))).toHaveLength(1);
    const { givenBack } = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(givenBack.map(({ name }) => name).sort()).toEqual(['p', 'q']);
    expect(await takeUp(world, givenBack)).toMatchObject([{ task: 'janitor' }, { task: 'janitor' }]);
  });

  it('is not told of what recycle passes over: its user has it, or gave it back', async (world) => {
    await world.configure(PROJECT, virtual('cluster', ['c'], { needs: { project: 2 } }));
    await world.bring('c', 'done');
    await acquireOf(world, 'cluster', { name: 'c' });
    for (const name of ['p', 'q']) await acquireOf(world, 'project', { name });
    await releaseOf(world, 'p', 'free');
    await releaseOf(world, 'c', 'dirty');
    await world.bring('c', 'recycle');
    const { givenBack } = await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(givenBack).toEqual([]);
  });

  it('is told by the janitor and by recycle of what they leave dirty, since its type has changed', async (world) => {
    await world.configure(PROJECT, CLUSTER);
    await world.bring('c', 'done');
    await takeUp(world, await giveBack(world, 'c'));
    const [free = ''] = await world.names('project', 'free');
    await takeUp(world, await giveBack(world, free));
    const runs = [await world.begin('c'), await world.begin(free)] as const;
    await world.configure(
      virtual('project', ['p', 'q'], { hash: 'project-2' }),
      physical('cluster', ['c'], { hash: 'cluster-2' }),
    );
    const recycled = await world.end(runs[0], GOOD_END.recycle);
    expect(recycled.givenBack).toMatchObject([{ name: 'c', state: 'dirty' }, { type: 'project' }]);
    const cleaned = await world.end(runs[1], GOOD_END.janitor);
    expect(cleaned.givenBack).toMatchObject([{ name: free, state: 'dirty' }]);
    expect(await takeUp(world, [...recycled.givenBack, ...cleaned.givenBack])).toMatchObject([
      { name: 'c', task: 'janitor' },
      { type: 'project', task: 'recycle' },
      { name: free, task: 'recycle' },
    ]);
  });

  it('is told by no other end of a run', async (world) => {
    await world.configure(PROJECT, CLUSTER);
    for (const phase of ['recycle', 'fulfill', 'clean', 'free'] as const) {
      await world.bring('c', phase);
      expect((await world.end(await world.begin('c'), GOOD_END[phase])).givenBack).toEqual([]);
    }
  });
}
