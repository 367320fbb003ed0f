import { describe, expect } from '@jest/globals';

import { PHASES } from '../../../shared/ledger/records.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import { intentOf, KEEP_MS, adoptionOf, lend, lendStock, mirror, ownerOf, told } from './loansSteps.ts';
import { CLUSTER as LENT_CLUSTER, PROJECT as LENT_PROJECT } from './loansSteps.ts';
import { acquireOf, ask, asked } from './usersSteps.ts';
import {
  GOOD_END,
  GRACE_MS,
  LONG_MS,
  numbered,
  physical,
  virtual,
  type OpenLedger,
  type World,
} from './world.ts';

export function describeRestores(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('after a restore', () => {
    describeHolders(it);
    describeCounters(it);
    describeLent(it);
  });
}

const PROJECTS = physical('project', numbered('project', 3));
const CLUSTERS = virtual('cluster', ['c', 'd'], { needs: { project: 1 } });
const HOLD = { forMs: LONG_MS, reason: '' };

/** All pages of this size. @returns the floor, and the names in their order */
async function disclaimAll(world: World, limit = 100): Promise<{ floor: number; names: readonly string[] }> {
  const { restores } = world.ledger;
  const floor = await restores.begin();
  return { floor, names: await disclaimFrom(world, floor, limit) };
}

async function disclaimFrom(world: World, floor: number, limit = 100): Promise<readonly string[]> {
  const names: string[] = [];
  for (let after: string | null = null; ;) {
    const page = await world.ledger.restores.disclaim({ floor, after, limit });
    names.push(...page.names);
    ({ after } = page);
    if (after === null) return names;
  }
}

function describeHolders(it: InWorld): void {
  it('nobody holds anything: what is built is due for recycle with what it leases, the rest is dirty', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('c', 'done');
    const [parked = ''] = (await world.work('c')).work.leases.map(({ name }) => name);
    const free = numbered('project', 3).filter((name) => name !== parked);
    await acquireOf(world, 'project', { name: free[0] ?? '' });
    expect((await disclaimAll(world)).names).toEqual(['c', 'd', ...numbered('project', 3)]);
    for (const name of free) expect(await world.record(name)).toMatchObject({ state: 'dirty', owner: '' });
    expect(await world.record(parked)).toMatchObject({ state: 'c', heldBy: 'c', owner: '' });
    const { state, work } = await world.work('c');
    expect(state).toBe('cleaning');
    expect(work).toMatchObject({ phase: 'recycle', builtBy: 'cluster-1', leases: [{ name: parked }] });
    expect((await world.ledger.claims.takeDue(10, GRACE_MS)).map(({ name }) => name).sort()).toEqual([
      'c',
      'd',
    ]);
  });

  it('his release and his heartbeat are refused, and his request gets another answer', async (world) => {
    await world.configure(PROJECTS);
    const request = { requestId: 'r', requestTtlMs: 10 * LONG_MS };
    const name = await asked(world, 'project', request);
    await disclaimAll(world);
    const { users } = world.ledger;
    const his = { name, owner: 'alice' };
    expect(await users.release({ ...his, dest: 'free' })).toMatchObject({ kind: 'ownerMismatch' });
    expect(await users.update({ ...his, state: 'busy', userData: {} })).toMatchObject({
      kind: 'ownerMismatch',
    });
    expect((await ask(world, 'project', request)).kind).toBe('none');
  });

  it('what was never built may have been since: destroy is to look, by its own config or today’s', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('c', 'fulfill');
    await world.configure(PROJECTS, { ...CLUSTERS, hash: 'cluster-2' });
    await disclaimAll(world);
    expect((await world.work('c')).work.builtBy).toBe('cluster-1');
    expect((await world.work('d')).work.builtBy).toBe('cluster-2');
  });

  it('what was on its way out still is', async (world) => {
    const labs = virtual('lab', 1, { lifespanMs: 1 });
    await world.configure(labs);
    const [lab = ''] = await world.names('lab');
    await world.bring(lab, 'done');
    world.advance(1);
    await world.ledger.pools.expire('lab');
    await disclaimAll(world);
    expect(await world.work(lab)).toMatchObject({ state: 'cleaning', work: { doomed: true } });
  });

  it('one in quarantine stays there, and begins at recycle when it is tried again', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
    await disclaimAll(world);
    expect(await world.work('c')).toMatchObject({ state: 'quarantined', work: { phase: 'recycle' } });
    await world.ledger.claims.retry('c', GRACE_MS);
    await world.bring('c', 'fulfill');
  });

  it('what a person held is dirty, too', async (world) => {
    await world.configure(PROJECTS);
    await world.ledger.holds.begin('project-1', HOLD);
    await disclaimAll(world);
    expect(await world.record('project-1')).toMatchObject({ state: 'dirty', owner: '', hold: null });
  });

  it('all comes right by what Mason does anyway', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('c', 'done');
    await world.bring('d', 'clean');
    await disclaimAll(world);
    for (const name of ['c', 'd']) await world.bring(name, 'fulfill');
    for (const name of await world.names('project', 'dirty')) await world.clean(name);
    for (const name of ['c', 'd']) await world.bring(name, 'done');
    expect(await world.names('cluster', 'free')).toEqual(['c', 'd']);
  });
}

function describeCounters(it: InWorld): void {
  it('a run that still lives can write nothing', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('c', 'clean');
    const run = await world.begin('c');
    await disclaimAll(world);
    expect(await world.settle(run, GOOD_END.clean)).toEqual({ kind: 'lost' });
    expect(await world.ledger.claims.renew(run, 1_000)).toBe(false);
    expect(await world.ledger.loans.disown(run)).toBeNull();
  });

  it('cycles and tokens go on from the floor, also of what is new to the ledger or comes again', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    await world.bring('d', 'done');
    await world.configure(PROJECTS, { ...CLUSTERS, size: { kind: 'static', names: ['c'] } });
    await world.end(await world.begin('d'), GOOD_END.recycle);
    await world.configure(PROJECTS, { ...CLUSTERS, size: { kind: 'static', names: ['c'] } });
    const { floor } = await disclaimAll(world);
    await world.configure(PROJECTS, { ...CLUSTERS, size: { kind: 'static', names: ['c', 'd', 'e'] } });
    for (const name of ['c', 'd', 'e', 'project-1']) {
      const { cycle, token } = (await world.work(name)).work;
      expect(Math.min(cycle, token)).toBeGreaterThanOrEqual(floor);
    }
  });

  it('page by page; done again from the same floor it changes nothing, from a new one all', async (world) => {
    await world.configure(PROJECTS, CLUSTERS);
    const { floor, names } = await disclaimAll(world, 2);
    expect(names).toHaveLength(5);
    const before = await world.records();
    expect(await disclaimFrom(world, floor, 3)).toEqual([]);
    expect(await world.records()).toEqual(before);
    world.advance(1);
    const again = await disclaimAll(world, 2);
    expect(again.floor).toBeGreaterThan(floor);
    expect(again.names).toEqual(names);
  });

  it('what is new to the ledger is dirty, since it may have been in use; after a week, as its config says', async (world) => {
    await disclaimAll(world);
    await world.configure(PROJECTS);
    expect(await world.names('project', 'dirty')).toHaveLength(3);
    world.advance(7 * 24 * LONG_MS);
    const more = numbered('project', 4);
    await world.configure({ ...PROJECTS, size: { kind: 'static', names: more } });
    expect(await world.names('project', 'free')).toEqual(['project-4']);
  });

  it('an empty ledger has a floor, too', async (world) => {
    const { floor, names } = await disclaimAll(world);
    expect(names).toEqual([]);
    await world.configure(CLUSTERS);
    expect((await world.work('c')).work.cycle).toBe(floor);
  });
}

function describeLent(it: InWorld): void {
  it('no call for a loan is under way: what it brought has been used since, and must not go back as it was', async (world) => {
    await world.ledger.loans.intend([intentOf(ownerOf('p'))]);
    world.advance(LONG_MS);
    expect(await world.ledger.loans.unsettled(1, 10)).toHaveLength(1);
    await disclaimAll(world);
    expect(await world.ledger.loans.unsettled(1, 10)).toEqual([]);
  });

  it('what another server lends goes to recycle or back there; of what it has nothing changes but the counters', async (world) => {
    await mirror(world, LENT_PROJECT, LENT_CLUSTER);
    await lend(world, { name: 'd' });
    await lendStock(world, 'q');
    for (const phase of PHASES) await world.end(await world.begin('d'), GOOD_END[phase]);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    const over = ['d', 'q'].map((name) => ({ name, owner: ownerOf(name) }));
    await world.ledger.loans.end(over);
    expect((await world.record('d')).state).toBe('returned');

    const { floor } = await disclaimAll(world);
    expect(await told(world)).toMatchObject({ p: 'dirty' });
    expect(await world.record('c')).toMatchObject({
      state: 'cleaning',
      owner: ownerOf('c'),
      loan: { owner: ownerOf('c') },
      work: { phase: 'recycle', owner: ownerOf('c') },
    });
    expect(await world.work('d')).toMatchObject({
      state: 'returned',
      work: { cycle: floor, token: floor, phase: null, leases: [{ name: 'q' }] },
    });
  });

  it('what it lends that is new to the ledger is counted from the floor on', async (world) => {
    await mirror(world, LENT_PROJECT, LENT_CLUSTER);
    const { floor } = await disclaimAll(world);
    const intent = intentOf('o');
    await world.ledger.loans.intend([intent]);
    await world.ledger.loans.adopt([adoptionOf(intent, 'c')], GRACE_MS, KEEP_MS);
    expect((await world.work('c')).work.cycle).toBe(floor + 1);
  });
}
