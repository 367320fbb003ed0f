import { describe, expect } from '@jest/globals';

import type { RunAtOnce } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { one } from './claimsSteps.ts';
import { inWorldOf } from './inWorld.ts';
import {
  GOOD_END,
  GOOD_END_AT_ONCE,
  GRACE_MS,
  HOLD_MS,
  LONG_MS,
  physical,
  virtual,
  type OpenLedger,
  type World,
} from './world.ts';

const TASKS = ['fulfill', 'free'] as const;

async function atOnce(world: World, name: string, task: keyof typeof GOOD_END_AT_ONCE): Promise<RunAtOnce> {
  const { cycle } = (await world.work(name)).work;
  const order = { name, task, cycle, holdMs: HOLD_MS, graceMs: GRACE_MS };
  return world.ledger.claims.claimAndSettle(order, GOOD_END_AT_ONCE[task]);
}

/** What is the same of two who went the same way: no moment, no name of its own. */
const likenessOf = ({ name, state, work, heldBy }: ResourceRecord) => ({
  state: state === heldBy ? 'parked' : state,
  work: work && {
    ...work,
    owner: work.owner === null ? null : 'ours',
    dueAt: work.dueAt === null ? null : 'due',
    leases: work.leases.map(({ type }) => type),
    history: work.history.map(({ what }) => what),
  },
  isHeld: heldBy !== null && heldBy !== name,
});

export function describeClaimsAtOnce(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('a claim that is settled at once', () => {
    for (const task of TASKS)
      it(`leaves of ${task} what a claim and an end after each other leave`, async (world) => {
        const names = ['a', 'b'] as const;
        await world.configure(physical('project', 2), virtual('cluster', names, { needs: { project: 1 } }));
        for (const name of names) await world.bring(name, task);
        const [a, b] = names;
        const settled = await world.end(await world.begin(a), GOOD_END[task]);
        const done = await atOnce(world, b, task);
        expect(done).toMatchObject({ kind: 'settled', record: { name: b, work: { phase: task } } });
        if (done.kind !== 'settled') return;
        // Its random place may be drawn anew as it is written.
        expect({ ...done.settled.record, rand: 0 }).toEqual({ ...(await world.work(b)), rand: 0 });
        expect(done.settled.wakes).toEqual(settled.wakes.map((wake) => ({ ...wake, name: b })));
        expect(done.settled.yields).toEqual(settled.yields);
        expect(likenessOf(await world.record(b))).toEqual(likenessOf(await world.record(a)));
        const parts = await Promise.all(
          (await world.records('project')).map(({ name }) => world.record(name)),
        );
        expect(new Set(parts.map((part) => JSON.stringify(likenessOf(part)))).size).toBe(1);
      });

    it('shuts out whoever had it before', async (world) => {
      const c = await one(world, 'fulfill');
      const late = await world.begin(c);
      world.advance(HOLD_MS);
      expect((await atOnce(world, c, 'fulfill')).kind).toBe('settled');
      expect(await world.settle(late, GOOD_END.fulfill)).toEqual({ kind: 'lost' });
    });

    it('in fulfill begins to wait if supply is short, and keeps its place', async (world) => {
      await world.configure(
        physical('project', 1),
        virtual('cluster', ['a'], { needs: { project: 2 }, settings: { patienceMs: 7_000 } }),
      );
      await world.bring('a', 'fulfill');
      expect(await atOnce(world, 'a', 'fulfill')).toMatchObject({
        kind: 'settled',
        settled: {
          wakes: [],
          yields: [],
          record: { work: { phase: 'fulfill', leases: [], claimedUntil: null } },
        },
      });
      const { queue } = (await world.work('a')).work;
      expect(queue).toEqual({ since: expect.any(Number), patienceMs: 7_000 });
      world.advance(GRACE_MS);
      expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toEqual([]);
      world.advance(LONG_MS);
      expect(await world.ledger.claims.takeDue(10, GRACE_MS)).toMatchObject([{ name: 'a', task: 'fulfill' }]);
      await atOnce(world, 'a', 'fulfill');
      expect((await world.work('a')).work).toMatchObject({ queue, attempts: 0, crashes: 0 });
    });

    it('in fulfill goes behind those who wait already, though its needs are free', async (world) => {
      await world.configure(
        physical('project', 1),
        virtual('greedy', ['a'], { needs: { project: 2 } }),
        virtual('cluster', ['b'], { needs: { project: 1 } }),
      );
      await world.wait('a');
      await world.bring('b', 'fulfill');
      expect(await atOnce(world, 'b', 'fulfill')).toMatchObject({ kind: 'settled', settled: { wakes: [] } });
      expect((await world.work('b')).work).toMatchObject({ phase: 'fulfill', leases: [] });
    });

    it('in free goes back to recycle if a lease was lost', async (world) => {
      const c = await one(world, 'free');
      const [lease] = (await world.work(c)).work.leases;
      const { owner } = await world.record(lease?.name ?? '');
      await world.ledger.users.release({ name: lease?.name ?? '', dest: 'dirty', owner });
      expect(await atOnce(world, c, 'free')).toMatchObject({
        kind: 'settled',
        settled: { wakes: [{ task: 'recycle', name: c, cycle: 2 }], yields: [] },
      });
      expect((await world.work(c)).work.phase).toBe('recycle');
    });

    it('in fulfill begins again if its config changed', async (world) => {
      const cluster = (hash: string) => virtual('cluster', ['c'], { needs: { project: 1 }, hash });
      await world.configure(physical('project', 1), cluster('one'));
      await world.bring('c', 'fulfill');
      await world.configure(physical('project', 1), cluster('two'));
      const wake = { task: 'recycle', type: 'cluster', name: 'c', cycle: 2 };
      expect(await atOnce(world, 'c', 'fulfill')).toEqual({ kind: 'restarted', wake });
      expect((await world.work('c')).work).toMatchObject({ phase: 'recycle', leases: [] });
      expect(await world.names('project', 'free')).toHaveLength(1);
    });

    for (const [why, phase, task] of [
      ['stale', 'clean', 'fulfill'],
      ['stale', 'fulfill', 'free'],
      ['stale', 'done', 'free'],
    ] as const)
      it(`is refused as ${why} in ${phase}, for ${task}, and changes nothing`, async (world) => {
        const c = await one(world, phase);
        const before = await world.records();
        expect(await atOnce(world, c, task)).toEqual({ kind: 'refused', reason: why });
        expect(await world.records()).toEqual(before);
      });

    it('is refused as claimed while a run lives, and as paused', async (world) => {
      const cluster = (paused: boolean) =>
        virtual('cluster', ['c'], { needs: { project: 1 }, settings: { paused } });
      await world.configure(physical('project', 1), cluster(false));
      await world.bring('c', 'fulfill');
      await world.begin('c');
      expect(await atOnce(world, 'c', 'fulfill')).toEqual({ kind: 'refused', reason: 'claimed' });
      world.advance(HOLD_MS);
      await world.configure(physical('project', 1), cluster(true));
      expect(await atOnce(world, 'c', 'fulfill')).toEqual({ kind: 'refused', reason: 'paused' });
      expect((await world.work('c')).work).toMatchObject({ phase: 'fulfill', leases: [] });
    });

    it('of many at once is done once', async (world) => {
      const c = await one(world, 'fulfill');
      const all = await Promise.all(Array.from({ length: 8 }, () => atOnce(world, c, 'fulfill')));
      expect(all.filter(({ kind }) => kind === 'settled')).toHaveLength(1);
      expect(await world.names('project', 'leased')).toHaveLength(1);
    });
  });
}
