import { describe, expect } from '@jest/globals';

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

export function describeDue(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('takeDue, unclaimed and retry', () => {
    describeTakeDue(it);
    describeRetry(it);
  });
  describe('construct slots', () => {
    describeSlots(it);
  });
}

function describeTakeDue(it: InWorld): void {
  it('hands out what is due, the longest due first, and puts it off', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b', 'c']));
    for (const [name, dueInMs] of [
      ['b', 1_000],
      ['c', 2_000],
      ['a', 3_000],
    ] as const) {
      await world.bring(name, 'fulfill');
      await world.end(await world.begin(name), { kind: 'waiting', dueInMs, patienceMs: 1 });
    }
    world.advance(LONG_MS);
    const takeDue = (limit: number, graceMs: number) => world.ledger.claims.takeDue(limit, graceMs);
    expect(await takeDue(2, LONG_MS)).toEqual([
      { task: 'fulfill', type: 'cluster', name: 'b', cycle: 1 },
      { task: 'fulfill', type: 'cluster', name: 'c', cycle: 1 },
    ]);
    expect((await takeDue(2, LONG_MS)).map(({ name }) => name)).toEqual(['a']);
    expect(await takeDue(2, LONG_MS)).toEqual([]);
    world.advance(LONG_MS);
    expect(await takeDue(10, LONG_MS)).toHaveLength(3);
  });

  it('finds what was advanced or taken and never published', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b']));
    await world.bring('a', 'recycle');
    await world.bring('b', 'clean');
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
    world.advance(GRACE_MS);
    const due = await world.ledger.claims.takeDue(10, GRACE_MS);
    expect(due.map(({ name, task }) => `${name} ${task}`).sort()).toEqual(['a recycle', 'b clean']);
  });

  it('finds a run whose process died, and passes over one that lives', async (world) => {
    await world.configure(virtual('cluster', ['dead', 'living']));
    await world.bring('dead', 'clean');
    await world.bring('living', 'clean');
    await world.begin('dead');
    const living = await world.begin('living');
    world.advance(HOLD_MS / 2);
    await world.ledger.claims.renew(living, LONG_MS);
    world.advance(GRACE_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'dead', task: 'clean' }]);
  });

  it('takes what two ask for at once to one of them only', async (world) => {
    await world.configure(virtual('cluster', numbered('c', 20)));
    for (const name of numbered('c', 20)) await world.bring(name, 'fulfill');
    world.advance(LONG_MS);
    const both = await Promise.all([1, 2, 3].map(() => world.ledger.claims.takeDue(10, GRACE_MS)));
    expect(new Set(both.flat().map(({ name }) => name)).size).toBe(20);
    expect(both.flat()).toHaveLength(20);
  });

  it('unclaimed lists all that has work and no living run, and puts nothing off', async (world) => {
    await world.configure(virtual('cluster', ['a', 'b', 'c', 'd', 'e']));
    await world.bring('a', 'fulfill');
    await world.bring('b', 'clean');
    await world.begin('b');
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 10 * LONG_MS });
    await world.bring('d', 'done');
    await world.bring('e', 'clean');
    await world.end(await world.begin('e'), { kind: 'failed', message: 'no', retryInMs: null });
    const before = await world.records();
    const named = async (): Promise<string[]> =>
      (await world.ledger.claims.unclaimed()).map(({ name, task }) => `${name} ${task}`).sort();
    expect(await named()).toEqual(['a fulfill', 'c clean']);
    expect(await world.records()).toEqual(before);
    world.advance(HOLD_MS);
    expect(await named()).toEqual(['a fulfill', 'b clean', 'c clean']);
  });
}

function describeRetry(it: InWorld): void {
  it('retry takes it out of quarantine with its attempts at zero, where it was', async (world) => {
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    await world.bring('c', 'clean');
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: 0 });
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
    const wake = { task: 'clean', type: 'cluster', name: 'c', cycle: 1 };
    expect(await world.ledger.claims.retry('c', GRACE_MS)).toEqual(wake);
    expect(await world.work('c')).toMatchObject({
      state: 'cleaning',
      work: { phase: 'clean', quarantine: null, attempts: 0, crashes: 0 },
    });
    world.advance(GRACE_MS);
    expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([wake]);
    await world.bring('c', 'done');
  });

  it('retry of what is not in quarantine is refused', async (world) => {
    await world.configure(physical('project', ['p']), virtual('cluster', ['c']));
    await world.bring('c', 'clean');
    for (const name of ['c', 'p', 'nobody'])
      expect(await world.ledger.claims.retry(name, GRACE_MS)).toBeNull();
  });

  it('retry sends a physical resource that could not be cleaned to the janitor again', async (world) => {
    await world.configure(physical('project', ['p'], { state: 'dirty' }));
    await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() });
    await world.end(await world.begin('p'), { kind: 'failed', message: 'no', retryInMs: null });
    expect(await world.record('p')).toMatchObject({ state: 'quarantined', heldBy: null });
    expect(await world.ledger.pools.takeForJanitor({ type: 'project', limit: 1, ...world.order() })).toEqual(
      [],
    );
    expect(await world.ledger.claims.retry('p', GRACE_MS)).toMatchObject({ task: 'janitor', name: 'p' });
    await world.end(await world.begin('p'), GOOD_END.janitor);
    expect(await world.record('p')).toMatchObject({ state: 'free', owner: '' });
  });
}

function describeSlots(it: InWorld): void {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const config = (maxConstructing: number) => virtual('cluster', names, { settings: { maxConstructing } });

  /** `a` and `b` construct, `c`, `d` and `e` were refused a slot in this order. */
  const crowded = async (world: World) => {
    await world.configure(config(2));
    for (const name of names) await world.bring(name, 'clean');
    const runs = [await world.begin('a'), await world.begin('b')] as const;
    for (const name of ['c', 'd', 'e'])
      expect(await world.claim(name)).toEqual({ kind: 'refused', reason: 'slots' });
    return runs;
  };

  it('are as many as the type allows; the others wait, no attempt counted', async (world) => {
    await crowded(world);
    expect(await world.ledger.claims.nextForSlot('cluster')).toBeNull();
    expect((await world.work('c')).work).toMatchObject({ phase: 'clean', attempts: 0, crashes: 0 });
  });

  it('go to who came first, each refusal handed out once', async (world) => {
    const [a, b] = await crowded(world);
    const next = async (): Promise<string | null> =>
      (await world.ledger.claims.nextForSlot('cluster'))?.name ?? null;
    await world.end(a, GOOD_END.clean);
    expect(await next()).toBe('c');
    await world.end(b, GOOD_END.clean);
    expect(await next()).toBe('d');
    await world.begin('d');
    await world.begin('c');
    expect(await next()).toBeNull();
    expect(await world.claim('e')).toEqual({ kind: 'refused', reason: 'slots' });
  });

  it('keep the order of those who were refused again', async (world) => {
    const [a] = await crowded(world);
    expect(await world.claim('c')).toEqual({ kind: 'refused', reason: 'slots' });
    await world.end(a, GOOD_END.clean);
    expect(await world.ledger.claims.nextForSlot('cluster')).toMatchObject({ name: 'c', task: 'clean' });
  });

  it('are not lost with the message that offers them', async (world) => {
    const [a] = await crowded(world);
    await world.end(a, GOOD_END.clean);
    expect(await world.ledger.claims.nextForSlot('cluster')).toMatchObject({ name: 'c' });
    world.advance(LONG_MS);
    const due = await world.ledger.claims.takeDue(10, GRACE_MS);
    expect(due.map(({ name }) => name)).toContain('c');
    await world.begin('c');
  });

  it('are kept over "not yet" and by a run whose process died, and given up by one that failed', async (world) => {
    const [a, b] = await crowded(world);
    await world.end(a, { kind: 'notYet', checkpoint: 1, againInMs: LONG_MS });
    expect(await world.claim('c')).toEqual({ kind: 'refused', reason: 'slots' });
    world.advance(HOLD_MS);
    expect(await world.claim('c')).toEqual({ kind: 'refused', reason: 'slots' });
    await world.end(b, { kind: 'failed', message: 'no', retryInMs: LONG_MS });
    expect((await world.claim('c')).kind).toBe('claimed');
    await world.end(await world.begin('a', { cycle: null }), {
      kind: 'failed',
      message: 'no',
      retryInMs: null,
    });
    expect((await world.claim('d')).kind).toBe('claimed');
  });

  it('never stop another type, nor one that constructs already', async (world) => {
    const [a] = await crowded(world);
    await world.configure(config(2), virtual('other', ['o']));
    await world.bring('o', 'done');
    await world.end(a, { kind: 'notYet', checkpoint: 1, againInMs: 0 });
    expect((await world.claim('a')).kind).toBe('claimed');
  });
}
