import { describe, expect } from '@jest/globals';

import type { Waiter } from '../../../shared/ledger/port.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import {
  GOOD_END,
  GRACE_MS,
  HOLD_MS,
  LONG_MS,
  numbered,
  physical,
  virtual,
  type OpenLedger,
  type World,
} from './world.ts';
import { acquireOf, asked, releaseOf, TTL_MS } from './usersSteps.ts';

export function describeQueue(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('the matcher’s claim', () => {
    describeMatcher(it);
  });
  describe('waiters and supply', () => {
    describeWaiters(it);
  });
  describe('grant', () => {
    describeGrant(it);
  });
}

function describeMatcher(it: InWorld): void {
  it('is held by one, and who finds it held leaves word: no wake-up is lost', async (world) => {
    const { queue } = world.ledger;
    const claim = await queue.claimMatcher('project', HOLD_MS);
    if (claim === null) throw new Error('nobody held it');
    expect(await queue.claimMatcher('project', HOLD_MS)).toBeNull();
    const again = await queue.releaseMatcher(claim, { project: 1 });
    expect(again).toMatchObject({ component: 'project', token: claim.token, memory: { project: 1 } });
    if (again === null) return;
    expect(await queue.claimMatcher('project', HOLD_MS)).toBeNull();
    const third = await queue.releaseMatcher(again, {});
    if (third === null) throw new Error('the second word was lost');
    expect(await queue.releaseMatcher(third, { project: 2 })).toBeNull();
    expect(await queue.claimMatcher('project', HOLD_MS)).toMatchObject({ memory: { project: 2 } });
  });

  it('is one for each component', async (world) => {
    expect(await world.ledger.queue.claimMatcher('a', HOLD_MS)).not.toBeNull();
    expect(await world.ledger.queue.claimMatcher('b', HOLD_MS)).not.toBeNull();
  });

  it('goes to one of many who ask at once, and to a word for every other', async (world) => {
    const { queue } = world.ledger;
    const claims = await Promise.all(Array.from({ length: 12 }, () => queue.claimMatcher('a', HOLD_MS)));
    const held = claims.filter((claim) => claim !== null);
    expect(held).toHaveLength(1);
    const [claim] = held;
    if (claim === undefined) return;
    const again = await queue.releaseMatcher(claim, {});
    expect(again).not.toBeNull();
    if (again !== null) expect(await queue.releaseMatcher(again, {})).toBeNull();
  });

  it('lapses with its holder, who is told so and changes nothing', async (world) => {
    const { queue } = world.ledger;
    const dead = await queue.claimMatcher('a', HOLD_MS);
    world.advance(HOLD_MS);
    const next = await queue.claimMatcher('a', HOLD_MS);
    if (dead === null || next === null) throw new Error('it was held');
    expect(next.token).toBeGreaterThan(dead.token);
    expect(await queue.releaseMatcher(dead, { a: 99 })).toBeNull();
    expect(await queue.claimMatcher('a', HOLD_MS)).toBeNull();
    const again = await queue.releaseMatcher(next, {});
    if (again !== null) await queue.releaseMatcher(again, {});
    expect(await queue.claimMatcher('a', HOLD_MS)).toMatchObject({ memory: {} });
  });

  it('remembers what was left for the next, also of a matcher that was told to look again', async (world) => {
    const { queue } = world.ledger;
    const claim = await queue.claimMatcher('a', HOLD_MS);
    await queue.claimMatcher('a', HOLD_MS);
    if (claim === null) throw new Error('it was held');
    await queue.releaseMatcher(claim, { a: 5 });
    world.advance(HOLD_MS);
    expect(await queue.claimMatcher('a', HOLD_MS)).toMatchObject({ memory: { a: 5 } });
  });
}

type Page = Parameters<World['ledger']['queue']['waiters']>[1];
const PAGE: Page = { after: null, limit: 100 };
const config = [
  physical('project', numbered('p', 4)),
  physical('disk', numbered('d', 4)),
  virtual('cluster', numbered('c', 3), { needs: { project: 2 } }),
  virtual('lab', numbered('l', 3), { needs: { project: 1, disk: 1 } }),
  physical('island', ['i']),
  virtual('beach', ['b'], { needs: { island: 1 } }),
];

const waiting = async (world: World, page: Page = PAGE): Promise<readonly Waiter[]> =>
  world.ledger.queue.waiters(await world.component('cluster'), page);

/** Nobody finds anything free. */
async function drain(world: World): Promise<void> {
  for (const name of numbered('p', 4)) await acquireOf(world, 'project', { name });
}

function describeWaiters(it: InWorld): void {
  it('stand in the order in which they began to wait, of every type, with what they need', async (world) => {
    await world.configure(...config);
    await drain(world);
    for (const name of ['l-2', 'c-1', 'l-1', 'b', 'c-3']) await world.wait(name, 7_000);
    await world.wait('l-2');
    const line = await waiting(world);
    expect(line.map(({ name }) => name)).toEqual(['l-2', 'c-1', 'l-1', 'c-3']);
    expect(line[0]).toMatchObject({
      kind: 'virtual',
      token: (await world.work('l-2')).work.token,
      patienceMs: 7_000,
      needs: { project: 1, disk: 1 },
    });
    expect(line[1]).toMatchObject({ needs: { project: 2 } });
  });

  it('are virtual resources and users’ requests for free ones in one line', async (world) => {
    await world.configure(...config);
    await drain(world);
    await world.wait('c-1');
    expect(await asked(world, 'disk', { requestId: 'r1', state: 'other' })).toBe('none');
    expect(await asked(world, 'project', { requestId: 'r2', ahead: 0 })).toBe('none');
    await world.wait('l-1');
    expect(await asked(world, 'project', { requestId: 'r3', ahead: 0 })).toBe('none');
    expect(await asked(world, 'project')).toBe('contended');
    const line = await waiting(world);
    expect(line.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'virtual c-1',
      'request r2',
      'virtual l-1',
      'request r3',
    ]);
    expect(line[1]).toEqual({
      kind: 'request',
      name: 'r2',
      since: expect.any(Number),
      needs: { project: 1 },
    });
    world.advance(TTL_MS);
    expect((await waiting(world)).map(({ name }) => name)).toEqual(['c-1', 'l-1']);
  });

  it('come page by page without gap or repetition', async (world) => {
    await world.configure(...config);
    await drain(world);
    const order = ['c-1', 'l-1', 'c-2', 'l-2', 'c-3', 'l-3'];
    for (const name of order) {
      await world.wait(name);
      await asked(world, 'project', { requestId: `r-${name}`, ahead: 0 });
    }
    const names: string[] = [];
    let after: { since: number; name: string } | null = null;
    for (;;) {
      const page: readonly Waiter[] = await waiting(world, { after, limit: 5 });
      names.push(...page.map(({ name }) => name));
      const last = page.at(-1);
      if (last === undefined || page.length < 5) break;
      after = { since: last.since, name: last.name };
    }
    expect(names).toEqual(order.flatMap((name) => [name, `r-${name}`]));
  });

  it('no longer stand there once granted, taken up again or put into quarantine', async (world) => {
    await world.configure(...config);
    for (const name of ['c-1', 'l-1', 'c-2']) await world.wait(name);
    const grant = async (name: string, resources: string[]) =>
      world.grant({ name, token: (await world.work(name)).work.token, resources });
    expect(await grant('c-1', ['p-1', 'p-2'])).toMatchObject({ kind: 'granted' });
    await world.end(await world.begin('c-2'), { kind: 'failed', message: 'no', retryInMs: null });
    expect((await waiting(world)).map(({ name }) => name)).toEqual(['l-1']);
    await world.configure(...config.slice(0, 3), ...config.slice(4));
    await world.ledger.pools.keepSize('lab', world.order());
    expect(await waiting(world)).toEqual([]);
  });

  it('of a paused type are left out', async (world) => {
    await world.configure(...config);
    await drain(world);
    await world.wait('c-1');
    await world.wait('l-1');
    await world.configure(
      ...config.map((spec) =>
        spec.type === 'lab' ? { ...spec, settings: { ...spec.settings, paused: true } } : spec,
      ),
    );
    expect((await waiting(world)).map(({ name }) => name)).toEqual(['c-1']);
  });

  it('supply is what is free and unowned of each type, the longest unchanged first', async (world) => {
    await world.configure(...config);
    await acquireOf(world, 'project', { name: 'p-1' });
    await acquireOf(world, 'project', { name: 'p-2' });
    await acquireOf(world, 'disk', { name: 'd-2' });
    await releaseOf(world, 'p-1', 'free');
    await releaseOf(world, 'd-2', 'dirty');
    const component = await world.component('cluster');
    const { at, free } = await world.ledger.queue.supply(component, 10);
    expect(Object.keys(free).sort()).toEqual(['disk', 'project']);
    expect(free['project']?.map(({ name }) => name)).toEqual(['p-3', 'p-4', 'p-1']);
    expect(free['disk']?.map(({ name }) => name)).toEqual(['d-1', 'd-3', 'd-4']);
    expect(free['project']?.at(-1)?.lastUpdate).toBe((await world.record('p-1')).lastUpdate);
    expect(at).toBeGreaterThanOrEqual((await world.record('p-1')).lastUpdate - 1);
    expect((await world.ledger.queue.supply(component, 2)).free['project']).toHaveLength(2);
  });
}

function describeGrant(it: InWorld): void {
  const grant = async (world: World, name: string, resources: readonly string[]) =>
    world.grant({ name, token: (await world.work(name)).work.token, resources });

  it('leases the whole and sends the waiter to clean', async (world) => {
    await world.configure(...config);
    await world.wait('l-1');
    const wake = { task: 'clean', type: 'lab', name: 'l-1', cycle: 1 };
    expect(await grant(world, 'l-1', ['p-3', 'd-2'])).toEqual({
      ...{ kind: 'granted', wake },
      resources: ['p-3', 'd-2'],
    });
    const { owner, work } = await world.work('l-1');
    expect(work).toMatchObject({ phase: 'clean', queue: null, claimedUntil: null });
    expect(work.leases.map(({ name }) => name)).toEqual(['p-3', 'd-2']);
    for (const name of ['p-3', 'd-2'])
      expect(await world.record(name)).toMatchObject({ state: 'leased', owner, heldBy: 'l-1' });
    await world.bring('l-1', 'done');
  });

  it('takes nothing if a part is no longer free, is not there, or is named twice', async (world) => {
    await world.configure(...config);
    await world.wait('c-1');
    await acquireOf(world, 'project', { name: 'p-1' });
    // Nobody's, and not free; and somebody's, who calls his own state so.
    await acquireOf(world, 'project', { name: 'p-3' });
    await releaseOf(world, 'p-3', 'dirty');
    await acquireOf(world, 'project', { name: 'p-4', dest: 'free' });
    const before = await world.records();
    for (const resources of [
      ['p-2', 'p-1'],
      ['p-2', 'p-3'],
      ['p-2', 'p-4'],
      ['p-2', 'nobody'],
      ['p-2', 'p-2'],
    ]) {
      expect(await grant(world, 'c-1', resources)).toEqual({ kind: 'taken' });
      expect(await world.records()).toEqual(before);
    }
  });

  it('is busy while a run has the waiter, also the first', async (world) => {
    await world.configure(...config);
    await world.bring('c-1', 'fulfill');
    const first = await world.begin('c-1');
    expect(await grant(world, 'c-1', ['p-1', 'p-2'])).toEqual({ kind: 'busy' });
    await world.end(first, { kind: 'waiting', dueInMs: LONG_MS, patienceMs: 1 });
    await world.begin('c-1');
    expect(await grant(world, 'c-1', ['p-1', 'p-2'])).toEqual({ kind: 'busy' });
    world.advance(HOLD_MS);
    expect(await grant(world, 'c-1', ['p-1', 'p-2'])).toMatchObject({ kind: 'granted' });
  });

  it('is busy for what does not wait any more, or is not there', async (world) => {
    await world.configure(...config);
    await world.bring('c-1', 'clean');
    expect(await grant(world, 'c-1', ['p-3', 'p-4'])).toEqual({ kind: 'busy' });
    const nobody = { name: 'nobody', token: 1, resources: [] };
    expect(await world.grant(nobody)).toEqual({ kind: 'busy' });
  });

  it('of several ends with the first of which something is taken', async (world) => {
    await world.configure(...config);
    for (const name of ['c-1', 'c-2', 'l-1']) await world.wait(name);
    await acquireOf(world, 'project', { name: 'p-1' });
    const order = async (name: string, resources: readonly string[]) => ({
      name,
      token: (await world.work(name)).work.token,
      resources,
    });
    const before = await world.records();
    const short = [await order('c-1', ['p-1', 'p-2']), await order('l-1', ['p-3', 'd-1'])];
    expect(await world.ledger.queue.grantAll(short, GRACE_MS)).toEqual([{ kind: 'taken' }]);
    expect(await world.records()).toEqual(before);
    const nobody = { name: 'nobody', token: 1, resources: [] };
    const orders = [await order('l-1', ['p-2', 'd-1']), nobody, await order('c-2', ['p-3', 'p-2']), ...short];
    expect(await world.ledger.queue.grantAll(orders, GRACE_MS)).toEqual([
      {
        kind: 'granted',
        wake: { task: 'clean', type: 'lab', name: 'l-1', cycle: 1 },
        resources: ['p-2', 'd-1'],
      },
      { kind: 'busy' },
      { kind: 'taken' },
    ]);
    expect((await world.record('p-3')).state).toBe('free');
    await world.bring('l-1', 'done');
  });

  it('gives each resource to one of the waiters that two matchers grant at once', async (world) => {
    await world.configure(...config);
    for (const name of numbered('c', 3)) await world.wait(name);
    const given = await Promise.all(
      numbered('c', 3).flatMap((name) => [
        grant(world, name, ['p-1', 'p-2']),
        grant(world, name, ['p-2', 'p-3']),
        grant(world, name, ['p-3', 'p-4']),
      ]),
    );
    expect(given.filter(({ kind }) => kind === 'granted').length).toBeGreaterThanOrEqual(1);
    const held = (await world.records('project')).filter(({ heldBy }) => heldBy !== null);
    expect(held).toHaveLength(2 * given.filter(({ kind }) => kind === 'granted').length);
    for (const name of numbered('c', 3)) {
      const { work } = await world.work(name);
      if (work.phase === 'clean') await world.end(await world.begin(name), GOOD_END.clean);
    }
  });
}
