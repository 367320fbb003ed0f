import { describe, expect, test } from '@jest/globals';

import type { Settlement } from '../../../shared/ledger/port.ts';
import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import { describeLoansOver } from './loansOver.ts';
import { inWorldOf } from './inWorld.ts';
import {
  adoptionOf,
  CLUSTER,
  givenBack,
  intentOf,
  JANITOR,
  KEEP_MS,
  later,
  leaseAll,
  lend,
  lendStock,
  mirror,
  ownerOf,
  PROJECT,
  STOCK,
  TELL_MS,
  told,
} from './loansSteps.ts';
import { GOOD_END, GRACE_MS, openWorld, physical, virtual, type OpenLedger } from './world.ts';

/** What another server lends, from the note before the call to the last word about it. */
export function describeLoans(open: OpenLedger): void {
  describe('an intent', () => {
    describeIntents(open);
  });
  describe('what is adopted for work', () => {
    describeWork(open);
    describeFormerLeases(open);
  });
  describe('what is adopted as stock', () => {
    describeStock(open);
  });
  describe('a loan that is due', () => {
    describeDueLoans(open);
  });
  describeLoansOver(open);
}

function describeIntents(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld(
    'is adopted while it is young, and later left to those who give back what it brought',
    async (world) => {
      const { loans } = world.ledger;
      await mirror(world, CLUSTER);
      const [young, old] = [intentOf('young'), intentOf('old')];
      await loans.intend([old]);
      world.advance(15_000);
      await loans.intend([young]);
      world.advance(6_000);
      await loans.adopt([adoptionOf(young, 'a')], GRACE_MS, KEEP_MS);
      expect(await loans.adopt([adoptionOf(old, 'a')], GRACE_MS, KEEP_MS)).toEqual([]);
      expect((await world.record('a')).loan).toMatchObject({ owner: 'young' });
      expect((await loans.unsettled(0, 10)).map(({ owner }) => owner)).toEqual(['old']);
    },
  );

  inWorld('is unsettled once it is old enough, the oldest first', async (world) => {
    const { loans } = world.ledger;
    const first = intentOf('first', { name: 'c-1' });
    await loans.intend([first]);
    world.advance(1_000);
    await loans.intend([intentOf('second', STOCK)]);
    world.advance(10_000);
    await loans.intend([intentOf('third')]);
    const old = await loans.unsettled(5_000, 10);
    expect(old).toEqual([
      { ...first, at: expect.any(Number) },
      { ...intentOf('second', STOCK), at: expect.any(Number) },
    ]);
    expect((await loans.unsettled(5_000, 1)).map(({ owner }) => owner)).toEqual(['first']);
  });

  inWorld('that is noted again is one, as old as it is', async (world) => {
    const { loans } = world.ledger;
    await loans.intend([intentOf('again')]);
    world.advance(10_000);
    await loans.intend([intentOf('again'), intentOf('new')]);
    expect((await loans.unsettled(5_000, 10)).map(({ owner }) => owner)).toEqual(['again']);
  });

  inWorld('that brought nothing is dropped, and dropping it again is safe', async (world) => {
    const { loans } = world.ledger;
    await loans.intend([intentOf('a'), intentOf('b')]);
    await loans.drop(['a', 'unknown']);
    await loans.drop(['a']);
    world.advance(1);
    expect((await loans.unsettled(0, 10)).map(({ owner }) => owner)).toEqual(['b']);
    expect(await loans.adopt([adoptionOf(intentOf('a'), 'c')], GRACE_MS, KEEP_MS)).toEqual([]);
    expect(await world.records()).toEqual([]);
  });
}

function describeWork(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('begins a cycle under the owner that the server knows', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    const wakes = await lend(world, { name: 'c', userData: { by: 'somebody' } });
    expect(wakes).toEqual([{ task: 'recycle', type: 'cluster', name: 'c', cycle: 1 }]);
    const { loan, work, ...record } = await world.work('c');
    expect(record).toMatchObject({ type: 'cluster', state: 'cleaning', owner: 'loan of c' });
    expect(record).toMatchObject({ userData: { by: 'somebody' }, expiration: null, heldBy: null });
    expect(work).toMatchObject({ phase: 'recycle', cycle: 1, token: 1, owner: 'loan of c', doomed: false });
    expect(work).toMatchObject({ builtBy: null, leases: [] });
    expect(loan).toMatchObject({ owner: 'loan of c', state: 'cleaning', kind: 'work' });
    expect(loan?.dueAt).toBe((loan?.since ?? 0) + KEEP_MS);
    world.advance(1);
    expect(await world.ledger.loans.unsettled(0, 1)).toEqual([]);
  });

  inWorld("is the janitor's, if it was asked for him", async (world) => {
    await mirror(world, PROJECT);
    const wakes = await lend(world, { name: 'p', intent: JANITOR });
    expect(wakes).toEqual([{ task: 'janitor', type: 'project', name: 'p', cycle: 1 }]);
    expect((await world.work('p')).work.phase).toBe('janitor');
  });

  inWorld('is doomed if it was toBeDeleted, or its type is no longer in the config', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c', intent: { state: 'toBeDeleted' } });
    expect((await world.work('c')).work.doomed).toBe(true);
    await mirror(world, PROJECT);
    await lend(world, { name: 'd' });
    expect((await world.work('d')).work.doomed).toBe(true);
  });

  inWorld('is not doomed if it is a static one, which its server would never drop', async (world) => {
    await mirror(world, PROJECT, virtual('cluster', ['c']));
    await lend(world, { name: 'c', intent: { state: 'toBeDeleted' } });
    expect((await world.work('c')).work.doomed).toBe(false);
  });

  inWorld('is adopted once, however often that is said', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    const { loans } = world.ledger;
    const intent = intentOf(ownerOf('c'));
    await loans.intend([intent]);
    const adopt = () => loans.adopt([adoptionOf(intent, 'c')], GRACE_MS, KEEP_MS);
    const [one, other] = await Promise.all([adopt(), adopt()]);
    expect([...one, ...other]).toHaveLength(1);
    expect(await adopt()).toEqual([]);
    await loans.intend([intent]);
    expect(await adopt()).toEqual([]);
    expect((await world.work('c')).work).toMatchObject({ cycle: 1, token: 1 });
    world.advance(1);
    expect(await loans.unsettled(0, 1)).toEqual([]);
  });

  inWorld('is told of in one answer with the rest, in its order', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    const { loans } = world.ledger;
    const intents = [intentOf('x', JANITOR), intentOf('gone'), intentOf('y'), intentOf('z', STOCK)];
    await loans.intend(intents.filter(({ owner }) => owner !== 'gone'));
    const adoptions = intents.map((intent, index) => adoptionOf(intent, `r-${index}`));
    const wakes = await loans.adopt(adoptions, GRACE_MS, KEEP_MS);
    expect(wakes.map(({ task, name }) => `${task} ${name}`)).toEqual(['janitor r-0', 'recycle r-2']);
    expect((await world.records()).map(({ name }) => name)).toEqual(['r-0', 'r-2', 'r-3']);
  });

  inWorld('takes the record from a run that the server has overtaken', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    const run = await world.begin('c');
    const [wake] = await lend(world, { name: 'c', owner: 'anew' });
    expect(wake).toMatchObject({ cycle: 2 });
    expect(await world.settle(run, GOOD_END.recycle)).toEqual({ kind: 'lost' });
    expect(await world.ledger.claims.renew(run, 1)).toBe(false);
    expect(await world.work('c')).toMatchObject({ owner: 'anew', loan: { owner: 'anew' } });
  });

  inWorld('comes out of quarantine', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
    await lend(world, { name: 'c', owner: 'anew' });
    expect(await world.work('c')).toMatchObject({ state: 'cleaning', work: { quarantine: null } });
  });

  inWorld('is held by nobody any more, though it was stock in use', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await lend(world, { name: 'p', owner: 'anew', intent: JANITOR });
    expect(await world.work('p')).toMatchObject({ state: 'cleaning', owner: 'anew', heldBy: null });
    await world.end(await world.begin('c'), GOOD_END.clean);
    const freed = await world.end(await world.begin('c'), GOOD_END.free);
    expect(freed.wakes).toEqual([{ task: 'recycle', type: 'cluster', name: 'c', cycle: 2 }]);
  });
}

/** What the record of a virtual resource says of the time before. */
function describeFormerLeases(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('keeps what it was built of while the server tells the same', async (world) => {
    const { userData } = await givenBack(world);
    await lend(world, { name: 'c', userData });
    const { work } = await world.work('c');
    expect(work).toMatchObject({ cycle: 2, builtBy: 'cluster-1', leases: [{ name: 'p' }] });
  });

  inWorld('forgets it once another Mason has built it', async (world) => {
    await givenBack(world);
    await lend(world, { name: 'c', userData: { [LEASED_RESOURCES]: '- q\n' } });
    expect((await world.work('c')).work).toMatchObject({ builtBy: null, leases: [] });
  });

  inWorld('may still stand where the server tells nothing: it can be destroyed', async (world) => {
    await givenBack(world);
    await lend(world, { name: 'c' });
    expect((await world.work('c')).work).toMatchObject({ builtBy: 'cluster-1', leases: [] });
  });

  inWorld('and what is still lent for it goes back', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await lend(world, { name: 'c', owner: 'anew' });
    expect(await world.record('p')).toMatchObject({ state: 'dirty', owner: '', heldBy: null });
    expect(await told(world)).toEqual({ p: 'dirty' });
  });

  inWorld('or stays until recycle, if the server tells of it', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await lend(world, { name: 'c', owner: 'anew', userData: (await world.record('c')).userData });
    expect(await world.record('p')).toMatchObject({ state: 'leased', heldBy: 'c' });
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await told(world)).toEqual({ p: 'dirty' });
  });
}

function describeStock(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is supply, and nobody is woken', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    expect(await lend(world, { name: 'p', intent: STOCK, userData: { zone: 'a' } })).toEqual([]);
    const record = await world.record('p');
    expect(record).toMatchObject({
      state: 'free',
      owner: '',
      heldBy: null,
      work: null,
      userData: { zone: 'a' },
    });
    expect(record.loan).toMatchObject({ owner: 'loan of p', state: 'leased', kind: 'stock' });
    expect(record.loan?.dueAt).toBe((record.loan?.since ?? 0) + KEEP_MS);
    const { free } = await world.ledger.queue.supply(await world.component('project'), 10);
    expect(free['project']).toEqual([{ name: 'p', lastUpdate: record.lastUpdate }]);
    expect(await world.ledger.claims.unclaimed()).toEqual([]);
  });

  inWorld('keeps the counters of the work before, and its runs can write nothing', async (world) => {
    await mirror(world, PROJECT);
    await lend(world, { name: 'p', intent: JANITOR });
    const run = await world.begin('p');
    await lendStock(world, 'p', 'anew');
    expect(await world.settle(run, GOOD_END.janitor)).toEqual({ kind: 'lost' });
    expect(await world.work('p')).toMatchObject({ state: 'free', owner: '', loan: { owner: 'anew' } });
    const { lastUpdate, loan, work } = await world.work('p');
    expect(work).toMatchObject({ cycle: 1, token: 3, phase: null, owner: null });
    expect(lastUpdate).toBe(loan?.since);
  });

  inWorld('is listed with the oldest loan first', async (world) => {
    await mirror(world, PROJECT, physical('disk', []), CLUSTER);
    for (const name of ['p-3', 'p-1', 'p-2']) await lendStock(world, name);
    await lend(world, { name: 'd', intent: { ...STOCK, type: 'disk' } });
    const namesOf = async (limit: number) =>
      (await world.ledger.loans.stock('project', limit)).map(({ name }) => name);
    expect(await namesOf(10)).toEqual(['p-3', 'p-1', 'p-2']);
    expect(await namesOf(2)).toEqual(['p-3', 'p-1']);
    await world.ledger.loans.surrender('p-3', ownerOf('p-3'));
    await lend(world, { name: 'c' });
    await leaseAll(world, 'c');
    expect(await namesOf(10)).toHaveLength(1);
  });
}

function describeDueLoans(open: OpenLedger): void {
  const inWorld = inWorldOf(open);

  inWorld('is handed out for a sign of life, the longest due first, and then put off', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    world.advance(1);
    await lendStock(world, 'p');
    expect(await told(world)).toEqual({});
    world.advance(KEEP_MS);
    expect(await told(world, 1)).toEqual({ c: null });
    expect(await told(world)).toEqual({ p: null });
    expect(await told(world)).toEqual({});
    world.advance(KEEP_MS);
    expect(Object.keys(await told(world)).sort()).toEqual(['c', 'p']);
  });

  inWorld('comes again after a while until the server has been told', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lendStock(world, 'p');
    await world.ledger.loans.surrender('p', ownerOf('p'));
    expect(await told(world)).toEqual({ p: 'free' });
    expect(await told(world)).toEqual({});
    world.advance(TELL_MS);
    expect(await told(world)).toEqual({ p: 'free' });
  });

  /** Everything that takes Mason's hands off something, and what the server is to hear. */
  const ENDS: readonly [how: string, end: Settlement, state: string][] = [
    ['recycled to nothing', GOOD_END.recycle, 'tombstone'],
    ['freed', GOOD_END.free, 'free'],
    ['cleaned', GOOD_END.janitor, 'free'],
  ];
  test.each(ENDS)('is due at once when it is %s', async (_how, end, state) => {
    const { world, close } = await openWorld(open);
    try {
      await mirror(world, PROJECT, virtual('cluster', 0));
      const intent = {
        ...INTENT_OF[state === 'tombstone' ? 'doomed' : end.kind === 'freed' ? 'plain' : 'janitor'],
      };
      await lend(world, { name: 'r', intent });
      if (end.kind === 'freed') {
        await leaseAll(world, 'r');
        await world.end(await world.begin('r'), GOOD_END.clean);
      }
      expect(await told(world)).toEqual({});
      await world.end(await world.begin('r'), end);
      expect(await told(world)).toEqual({ r: state });
    } finally {
      await close();
    }
  });

  inWorld('is due at once when its type needs nothing built any more', async (world) => {
    await mirror(world, CLUSTER, PROJECT);
    await lend(world, { name: 'c' });
    await mirror(world, physical('cluster', []), PROJECT);
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await told(world)).toEqual({ c: 'dirty' });
  });

  inWorld('is due at once when its holder gives it back', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    await mirror(world, PROJECT, virtual('cluster', [], { needs: { project: 1 }, hash: 'cluster-2' }));
    expect(await world.claim('c')).toMatchObject({ kind: 'restarted' });
    expect(await told(world)).toEqual({});
    await world.end(await world.begin('c'), GOOD_END.recycle);
    expect(await told(world)).toEqual({ p: 'dirty' });
  });

  inWorld('is kept while it is worked on, or leased', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await lendStock(world, 'p');
    await leaseAll(world, 'c');
    later(world);
    expect(await told(world)).toEqual({ c: null, p: null });
  });

  inWorld('is kept while somebody is to see to it in quarantine', async (world) => {
    await mirror(world, PROJECT, CLUSTER);
    await lend(world, { name: 'c' });
    await world.end(await world.begin('c'), { kind: 'failed', message: 'no', retryInMs: null });
    expect(await told(world)).toEqual({});
    later(world);
    expect(await told(world)).toEqual({ c: null });
  });
}

const INTENT_OF = {
  doomed: { state: 'toBeDeleted' },
  plain: {},
  janitor: JANITOR,
} as const;
