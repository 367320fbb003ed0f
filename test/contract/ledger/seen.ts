import { describe, expect } from '@jest/globals';

import type { PoolCount } from '../../../shared/ledger/poolCount.ts';
import { inWorldOf, type InWorld } from './inWorld.ts';
import { asked, releaseOf } from './usersSteps.ts';
import { GRACE_MS, LONG_MS, numbered, physical, virtual, type OpenLedger, type World } from './world.ts';

/** What people see of the pools. */
export function describeSeen(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('what people see', () => {
    describeCounts(it);
    describeLine(it);
    describePages(it);
    describeSamples(it);
    describeOrders(it);
  });
}

function describeCounts(it: InWorld): void {
  it('counts each member once, as what it is shown', async (world) => {
    await world.configure(
      physical('project', numbered('p', 6)),
      virtual('cluster', numbered('c', 5), { needs: { project: 1 } }),
    );
    expect(await shown(world, 'project')).toEqual({ free: 6 });
    expect(await shown(world, 'cluster')).toEqual({ dirty: 5 });
    await world.bring('c-1', 'done');
    await world.bring('c-2', 'clean');
    await world.bring('c-3', 'done');
    expect(await shown(world, 'project')).toEqual({ free: 3, leased: 1, parked: 2 });
    expect(await shown(world, 'cluster')).toEqual({ free: 2, working: 3 });
    await world.ledger.holds.begin('c-3', { forMs: LONG_MS, reason: '' });
    const acquired = await asked(world, 'cluster', { state: 'free', dest: "a user's word" });
    expect(acquired).not.toBe('none');
    await quarantine(world, 'c-2');
    await world.wait('c-4');
    expect(await shown(world, 'cluster')).toEqual({
      inUse: 1,
      held: 1,
      quarantined: 1,
      waiting: 1,
      working: 1,
    });
    const counted = await world.ledger.views.counts(['nothing', 'project']);
    expect(counted.map(({ type, members }) => [type, members])).toEqual([
      ['nothing', 0],
      ['project', 6],
    ]);
  });

  it('takes for leased only what is leased for a virtual resource, whatever words users have', async (world) => {
    await world.configure(
      physical('project', numbered('p', 6)),
      virtual('cluster', numbered('c', 3), { needs: { project: 1 } }),
    );
    for (const name of ['c-1', 'c-2']) await world.bring(name, 'done');
    await world.bring('c-3', 'clean');
    await asked(world, 'project', { dest: 'leased' });
    const left = await asked(world, 'project', { dest: 'leased' });
    await releaseOf(world, left, 'leased');
    expect(await shown(world, 'project')).toEqual({ free: 1, inUse: 2, leased: 1, parked: 2 });
  });
}

async function shown(world: World, type: string): Promise<Partial<PoolCount['counts']>> {
  const [count] = await world.ledger.views.counts([type]);
  return Object.fromEntries(Object.entries(count?.counts ?? {}).filter(([, n]) => n > 0));
}

const quarantine = async (world: World, name: string): Promise<void> => {
  await world.end(await world.begin(name), { kind: 'failed', message: 'no disk', retryInMs: null });
};

function describeLine(it: InWorld): void {
  it('shows who waits, the longest first, whatever he waits for', async (world) => {
    const { views, users } = world.ledger;
    await world.configure(
      physical('disk', []),
      physical('project', []),
      virtual('cluster', ['c-1'], { needs: { project: 1 } }),
      virtual('volume', ['v-1'], { needs: { disk: 1 } }),
    );
    expect(await views.waiting(10)).toEqual([]);
    await world.wait('v-1');
    world.advance(1_000);
    const request = {
      ...{ type: 'cluster', state: 'free', dest: 'busy', owner: 'alice', requestId: 'r-1' },
      ...{ requestTtlMs: LONG_MS, newName: () => 'new', ahead: null },
    };
    await users.acquire(request);
    world.advance(1_000);
    await world.wait('c-1');
    const line = await views.waiting(10);
    expect(line).toMatchObject([
      { kind: 'virtual', name: 'v-1', type: 'volume' },
      { kind: 'request', name: 'r-1', type: 'cluster', state: 'free' },
      { kind: 'virtual', name: 'c-1', type: 'cluster' },
    ]);
    expect(await views.waiting(2)).toEqual(line.slice(0, 2));
    world.advance(LONG_MS);
    expect((await views.waiting(10)).map(({ name }) => name)).toEqual(['v-1', 'c-1']);
  });
}

function describePages(it: InWorld): void {
  it('finds records by phase and by how their names begin', async (world) => {
    const { views } = world.ledger;
    await world.configure(virtual('cluster', ['a-1', 'a-2', 'a_3', 'b-1', '__a', 'ä-1']));
    const named = async (filter: Omit<Parameters<typeof views.records>[0], 'limit'>): Promise<string[]> =>
      (await views.records({ ...filter, limit: 9 })).map(({ name }) => name).sort();
    expect(await named({ prefix: 'a' })).toEqual(['a-1', 'a-2', 'a_3']);
    expect(await named({ prefix: 'a-' })).toEqual(['a-1', 'a-2']);
    expect(await named({ prefix: 'a-2' })).toEqual(['a-2']);
    expect(await named({ prefix: 'a', after: 'a-1' })).toEqual(['a-2', 'a_3']);
    expect(await named({ prefix: 'ä' })).toEqual(['ä-1']);
    expect(await named({ prefix: '' })).toHaveLength(6);
    expect(await named({ prefix: 'c' })).toEqual([]);
    await world.bring('a-1', 'fulfill');
    expect(await named({ phase: 'fulfill' })).toEqual(['a-1']);
    expect(await named({ phase: 'recycle', prefix: 'a', type: 'cluster' })).toEqual(['a-2', 'a_3']);
  });
}

function describeSamples(it: InWorld): void {
  it('keeps one sample a minute, and asks for it only then', async (world) => {
    const { samples, views } = world.ledger;
    await world.configure(physical('project', ['p']), physical('disk', []));
    let counted = 0;
    const count = () => {
      counted += 1;
      return views.counts(['project', 'disk']);
    };
    expect(await samples.read(0)).toEqual([]);
    await samples.write(count);
    const taken = await samples.read(0);
    expect(taken).toEqual([{ at: expect.any(Number), pools: { project: { free: 1 }, disk: {} } }]);
    for (const _ of [1, 2]) {
      world.advance(59_000);
      await samples.write(count);
    }
    const kept = await samples.read(0);
    expect(kept).toHaveLength(3);
    expect(counted).toBe(3);
    expect(new Set(kept.map(({ at }) => Math.floor(at / 60_000))).size).toBe(3);
    expect(await samples.read(kept[1]?.at ?? 0)).toEqual(kept.slice(1));
  });

  it('keeps what two write in one minute only once', async (world) => {
    const { samples, views } = world.ledger;
    await world.configure(physical('project', ['p']));
    await Promise.all([1, 2, 3].map(() => samples.write(() => views.counts(['project']))));
    // A server's clock goes on: it may have come to another minute meanwhile.
    const kept = await samples.read(0);
    expect(new Set(kept.map(({ at }) => Math.floor(at / 60_000))).size).toBe(kept.length);
  });

  it('shows a day, over any number of its documents', async (world) => {
    const { samples, views } = world.ledger;
    await world.configure(physical('project', ['p']));
    const began = await world.now();
    for (const _ of Array.from({ length: 6 })) {
      await samples.write(() => views.counts(['project']));
      world.advance(20 * 60_000);
    }
    const kept = await samples.read(began - 1_000);
    expect(kept).toHaveLength(6);
    expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).sort((a, b) => a - b));
  });
}

function describeOrders(it: InWorld): void {
  it('says in the history by whose order something was retried, held or released', async (world) => {
    const { claims, holds } = world.ledger;
    await world.configure(virtual('cluster', ['c']));
    const last = async () => (await world.work('c')).work.history.at(-1)?.what;
    await world.bring('c', 'clean');
    await quarantine(world, 'c');
    await holds.begin('c', { forMs: LONG_MS, reason: 'odd', by: 'alice@corp.example' });
    expect(await last()).toBe('held, by alice@corp.example');
    await holds.release('c', 'free', 'bob');
    expect(await last()).toBe('no longer held, by bob');
    await claims.retry('c', GRACE_MS, 'carol');
    expect(await last()).toBe('out of quarantine, by carol');
    await world.bring('c', 'done');
    await holds.begin('c', { forMs: LONG_MS, reason: 'odd', by: 'alice@corp.example' });
    expect(await last()).toBe('held by alice@corp.example: odd');
    await holds.release('c', 'free', 'bob');
    expect(await last()).toBe('no longer held, by bob');
  });
}
