import { randomInt, randomUUID } from 'node:crypto';

import { Firestore } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from '@jest/globals';

import type { ClaimResult } from '../../shared/ledger/port.ts';
import { openFirestoreLedger } from '../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import {
  GOOD_END,
  GRACE_MS,
  numbered,
  openWorld,
  physical,
  virtual,
  withComponents,
  type World,
} from '../contract/ledger/world.ts';
import { Actors } from '../contract/ledger/actors.ts';
import { lost, saidTwice } from '../contract/ledger/hammerLines.ts';
import { checkInvariants } from '../support/invariants.ts';
import { CONFIGS } from '../support/ledgerHammer/configs.ts';
import { startHammer } from '../support/ledgerHammer/startHammer.ts';
import { miscounted, ofPermanent, saidByTwo, Watcher } from '../support/ledgerHammer/watch.ts';
import { withRivals, type Rivals } from '../support/ledgerHammer/rivals.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';
import { until } from '../support/until.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

const raceTest = (what: string, body: (rivals: Rivals) => Promise<void>): void => {
  test(what, () => withRivals(emulator, body));
};

async function faults(world: World): Promise<readonly string[]> {
  return checkInvariants(await world.records(), await world.ledger.configs.types());
}

const project = physical('project', numbered('p', 2));
const cluster = virtual('cluster', ['c1'], { needs: { project: 2 } });
const user = { owner: 'alice', dest: 'busy' } as const;

const acquireOf = (type: string, change: { owner?: string; requestId?: string } = {}) => ({
  type,
  state: 'free',
  ...user,
  requestId: '',
  requestTtlMs: 30_000,
  newName: () => crypto.randomUUID(),
  ahead: 0,
  ...change,
});

/** A user has the built cluster c1, as a whole: with what is parked for it where `parts` says so. */
async function lend(world: World, parts: readonly string[]): Promise<void> {
  const { users } = world.ledger;
  await world.configure(project, cluster);
  await world.build('cluster');
  await users.acquire(acquireOf('cluster'));
  if (parts.length > 0) await users.acquireByState({ ...user, state: 'c1', names: parts });
}

describe('a user and Mason at the same time', () => {
  raceTest(
    'a part put back under a name that is being recycled is not lost',
    async ({ world, slow, overtake }) => {
      await lend(world, ['p-1']);
      await world.ledger.users.release({ name: 'c1', dest: 'dirty', owner: 'alice' });
      await world.ledger.pools.takeDirty({ type: 'cluster', limit: 1, ...world.order() });
      const run = await world.begin('c1');
      await overtake(
        () => slow.users.release({ name: 'p-1', dest: 'c1', owner: 'alice' }),
        () => world.end(run, GOOD_END.recycle),
      );
      expect(await faults(world)).toEqual([]);
    },
  );

  raceTest(
    'a resource is not given back as whole while a part of it is taken',
    async ({ world, slow, overtake }) => {
      await lend(world, []);
      await overtake(
        () => slow.users.release({ name: 'c1', dest: 'free', owner: 'alice' }),
        () => world.ledger.users.acquireByState({ ...user, state: 'c1', names: ['p-1'] }),
      );
      expect(await faults(world)).toEqual([]);
    },
  );

  raceTest(
    'a part is not taken from a resource that is given back as whole',
    async ({ world, slow, overtake }) => {
      await lend(world, []);
      await overtake(
        () => slow.users.acquireByState({ ...user, state: 'c1', names: ['p-1'] }),
        () => world.ledger.users.release({ name: 'c1', dest: 'free', owner: 'alice' }),
      );
      expect(await faults(world)).toEqual([]);
    },
  );

  raceTest(
    'a place in the queue that is taken while old ones are forgotten is kept',
    async ({ world, slow, overtake }) => {
      await world.configure(project);
      const patient = acquireOf('project', { owner: 'bob', requestId: 'r' });
      for (const owner of ['x', 'y']) await world.ledger.users.acquire(acquireOf('project', { owner }));
      await world.ledger.users.acquire(patient);
      world.advance(10 * 60_000);
      await overtake(
        () => slow.users.forget(60_000),
        () => world.ledger.users.acquire(patient),
      );
      world.advance(5_000);
      await world.ledger.users.release({ name: 'p-1', dest: 'free', owner: 'x' });
      const given = await world.ledger.users.acquire(patient);
      expect(given.kind === 'acquired' && given.waitedMs >= 5_000).toBe(true);
    },
  );
});

describe('an answer that is lost', () => {
  /** Only the one of the commit that is late ends, and at once: no other call has one, however slow the emulator is. */
  const DEADLINE_MS = 10_000;
  /** Its commit is late, comes to nothing in time, and arrives just before the next try begins. */
  const arrivingLate = (rivals: Rivals): ReturnType<Rivals['open']> => {
    const { proxy, open } = rivals;
    proxy.plan(({ method }) => (method === 'Commit' ? 'late' : null));
    const deadlines = new Set<() => void>();
    void until(() => proxy.calls.some(({ fault }) => fault === 'late')).then(() => {
      for (const end of [...deadlines]) end();
    });
    return open({
      emulator: proxy.host,
      deadlineMs: DEADLINE_MS,
      clock: {
        ...systemClock,
        after: (ms, action) => {
          if (ms === DEADLINE_MS) {
            deadlines.add(action);
            return () => void deadlines.delete(action);
          }
          if (ms > 0) return systemClock.after(ms, action);
          proxy.plan(() => null);
          void proxy.release().then(action);
          return () => undefined;
        },
      },
    });
  };

  raceTest('a claim that took place after all is the claimer’s', async (rivals) => {
    const { world } = rivals;
    await world.configure(project, cluster);
    await world.ledger.pools.takeDirty({ type: 'cluster', limit: 1, ...world.order() });
    const { cycle } = (await world.work('c1')).work;
    const claimer = arrivingLate(rivals);
    const order = { name: 'c1', task: 'recycle', cycle, holdMs: 30_000, graceMs: GRACE_MS } as const;
    expect((await claimer.claims.claim(order)).kind).toBe('claimed');
  });

  raceTest('an acquire that took place after all takes no second resource', async (rivals) => {
    const { world } = rivals;
    await world.configure(project);
    const claimer = arrivingLate(rivals);
    expect((await claimer.users.acquire(acquireOf('project'))).kind).toBe('acquired');
    expect(await world.names('project', 'busy')).toHaveLength(1);
  });
});

describe('construct slots', () => {
  const lab = virtual('lab', ['l1', 'l2'], { settings: { maxConstructing: 1 } });
  const order = (name: string) =>
    ({ name, task: 'clean', cycle: 1, holdMs: 30_000, graceMs: GRACE_MS }) as const;

  raceTest(
    'who committed first but read later does not let another in',
    async ({ world, slow, overtake }) => {
      await world.configure(lab);
      for (const name of ['l1', 'l2']) await world.bring(name, 'clean');
      const results: ClaimResult['kind'][] = [];
      const late = await overtake(
        () => slow.claims.claim(order('l1')),
        async () => results.push((await world.ledger.claims.claim(order('l2'))).kind),
      );
      results.push(late.kind);
      expect(results.filter((kind) => kind === 'claimed')).toHaveLength(1);
    },
  );

  raceTest('who asks for a slot just before one is given back does not sleep on', async (rivals) => {
    const { world, slow, overtake } = rivals;
    await world.configure(lab);
    for (const name of ['l1', 'l2']) await world.bring(name, 'clean');
    const first = await world.begin('l1');
    const late = await overtake(
      () => slow.claims.claim(order('l2')),
      async () => {
        await world.end(first, GOOD_END.clean);
        await world.ledger.claims.nextForSlot('lab');
      },
    );
    const { dueAt } = (await world.work('l2')).work;
    const isAwake = late.kind === 'claimed' || (dueAt ?? Infinity) <= (await world.now()) + 5_000;
    expect(isAwake).toBe(true);
  });
});

describe('pools and configs', () => {
  raceTest('a pool that was dynamic in between gets its names back', async ({ world }) => {
    await world.configure(physical('host', ['a', 'b']));
    await world.configure(physical('host', 1));
    const [doomed = ''] = await world.names('host', 'toBeDeleted');
    await world.ledger.pools.takeForJanitor({ type: 'host', limit: 9, ...world.order() });
    await world.end(await world.begin(doomed), GOOD_END.janitor);
    await world.ledger.pools.keepSize('host', world.order());
    await world.configure(physical('host', 2));
    expect(await world.names('host')).not.toEqual(['a', 'b']);
    for (let ticks = 0; ticks < 2; ticks += 1) await world.configure(physical('host', ['a', 'b']));
    expect(await world.names('host')).toEqual(['a', 'b']);
  });

  raceTest('nothing is made of a type that is gone', async ({ world, open }) => {
    await world.configure(project, physical('host', [0, 3]));
    const other = open();
    await other.configs.type('host');
    await world.configure(project);
    await world.ledger.configs.sweep();
    await other.users.acquire(acquireOf('host', { requestId: 'r' }));
    expect(await faults(world)).toEqual([]);
  });

  raceTest('no pool is kept at its size of a type that is gone', async ({ world, open }) => {
    await world.ledger.configs.store([project, physical('host', [1, 3])]);
    const other = open();
    await other.configs.type('host');
    await world.configure(project);
    await world.ledger.configs.sweep();
    await other.pools.keepSize('host', world.order());
    expect(await faults(world)).toEqual([]);
  });

  raceTest('a process that was frozen does not go by the config of then', async ({ world, open }) => {
    let frozenMs = 0;
    // The world's time and the server's go on, its own stands still.
    const clock = { ...systemClock, now: () => Date.now() + frozenMs };
    const thawed = open({ clock, shiftMs: () => frozenMs });
    await world.configure(project);
    await thawed.configs.type('project');
    await world.configure(physical('project', numbered('p', 2), { hash: 'project-2' }));
    frozenMs = 600_000;
    expect((await thawed.configs.type('project'))?.hash).toBe('project-2');
  });

  raceTest('of two configs that are stored at once, one is in force', async ({ world, slow, overtake }) => {
    const host = physical('host', ['h1']);
    await world.ledger.configs.store([project, host]);
    const changed = (spec: typeof host) => ({ ...spec, hash: `${spec.type}-2` });
    await overtake(
      () => slow.configs.store([changed(project), host]),
      () => world.ledger.configs.store([project, changed(host)]),
    );
    const hashes = (await world.ledger.configs.types()).map(({ hash }) => hash);
    expect([
      ['host-1', 'project-2'],
      ['host-2', 'project-1'],
    ]).toContainEqual(hashes);
  });

  raceTest(
    'two that trim a pool at once take no more than is too much',
    async ({ world, slow, overtake }) => {
      await world.configure(physical('host', 3));
      await world.ledger.configs.store([physical('host', 2)]);
      const [, another = ''] = await world.names('host');

      await overtake(
        () => slow.pools.keepSize('host', world.order()),
        async () => {
          await world.ledger.users.acquireByState({ ...user, state: 'free', names: [another] });
          await world.ledger.users.release({ name: another, dest: 'dirty', owner: 'alice' });
          await world.ledger.pools.keepSize('host', world.order());
        },
      );
      expect((await world.names('host', 'toBeDeleted')).length).toBe(1);
    },
  );

  raceTest('who begins to wait by an old config is due with the next sync', async ({ world, open }) => {
    const needing = (count: number) =>
      virtual('cluster', ['c1'], { needs: { project: count }, hash: `cluster-${count}` });
    await world.configure(project, needing(3));
    await world.bring('c1', 'fulfill');
    const run = await world.begin('c1');
    const other = open();
    await other.configs.type('cluster');
    await world.configure(project, needing(2));
    // What the engine does at the end of fulfill.
    const leased = await other.claims.settle(run, GOOD_END.fulfill);
    if (leased.kind === 'short')
      await other.claims.settle(run, { kind: 'waiting', dueInMs: 600_000, patienceMs: 60_000 });
    world.advance(60_000);
    await world.configure(project, needing(2));
    expect((await world.ledger.claims.takeDue(10, GRACE_MS)).map(({ name }) => name)).toEqual(['c1']);
  });

  raceTest('what a matcher saw before is no reason to refuse a grant', async ({ world, open }) => {
    await world.configure(project, cluster);
    await world.wait('c1');
    const { users } = world.ledger;
    await users.acquireByState({ ...user, state: 'free', names: ['p-1'] });
    const matcher = open();
    await matcher.queue.supply(await world.component('cluster'), 10);
    await matcher.queue.waiters(await world.component('cluster'), { after: null, limit: 10 });
    await users.release({ name: 'p-1', dest: 'free', owner: 'alice' });
    const grant = { name: 'c1', token: (await world.work('c1')).work.token, resources: ['p-1', 'p-2'] };
    expect(await matcher.queue.grantAll([grant], GRACE_MS)).toMatchObject([{ kind: 'granted' }]);
    expect(await matcher.queue.grantAll([grant], GRACE_MS)).toEqual([{ kind: 'busy' }]);
  });

  raceTest('users go on while all that need what they ask for are paused', async ({ world }) => {
    const paused = virtual('cluster', ['c1'], { needs: { project: 2 }, settings: { paused: true } });
    await world.configure(project, paused);
    const answer = await world.ledger.users.acquire({ ...acquireOf('project'), ahead: null });
    expect(answer.kind).toBe('acquired');
  });

  raceTest('forty types may need one', async ({ world }) => {
    const many = numbered('v', 40).map((type) => virtual(type, [`${type}-0`], { needs: { project: 1 } }));
    await world.ledger.configs.store(withComponents([project, ...many]));
    await world.ledger.pools.keepSize('project', world.order());
    const answer = await world.ledger.users.acquire({ ...acquireOf('project'), ahead: null });
    expect(answer.kind).toBe('acquired');
  });
});

describe('several processes', () => {
  /** For each lane of processes, after how many lines each of them is killed; null: it ends by itself. */
  const LANES: readonly (readonly (number | null)[])[] = [[null], [null], [20, null], [12, null]];
  const ROUNDS = 12;

  test('that do all at once what Mason and its users do, some killed, lose and hold twice nothing', async () => {
    const place = { host: emulator, projectId: `hammered-${randomUUID()}` };
    const seed = Number(process.env['MASON_SEED'] ?? randomInt(2 ** 31));
    process.stdout.write(`ledgerHammer: MASON_SEED=${seed}\n`);
    const { world, close } = await openWorld(async (clock) =>
      openFirestoreLedger({
        projectId: place.projectId,
        emulator: place.host,
        clock: systemClock,
        random: () => Math.random(),
        shiftMs: () => clock.ahead(),
      }),
    );
    const firestore = new Firestore({ projectId: place.projectId, host: place.host, ssl: false });
    try {
      await world.configure(...CONFIGS[0]);
      const watcher = new Watcher(world);
      const hammers: ReturnType<typeof startHammer>[] = [];
      const signals: (NodeJS.Signals | null)[] = [];
      const runLane = async (kills: readonly (number | null)[], lane: number): Promise<void> => {
        for (const [turn, killAt] of kills.entries()) {
          const how = { id: `h${lane}${turn}`, rounds: killAt === null ? ROUNDS : 10_000, killAt };
          const hammer = startHammer(
            place,
            { ...how, seed: seed + 100 * lane + turn },
            () => void watcher.look(),
          );
          hammers.push(hammer);
          signals.push(await hammer.ended);
        }
      };
      await Promise.all(LANES.map(runLane));
      await watcher.look();
      const lines = hammers.flatMap((hammer) => hammer.lines);
      const killed = LANES.flat().filter((killAt) => killAt !== null).length;
      expect(watcher.regressions).toEqual([]);
      expect(signals.filter((signal) => signal === 'SIGKILL')).toHaveLength(killed);
      expect(lines.filter(({ said }) => said === 'end')).toHaveLength(LANES.length);
      expect([...saidTwice(lines), ...saidByTwo(lines)]).toEqual([]);
      const records = await world.records();
      expect(hammers.flatMap((hammer) => lost(ofPermanent(hammer.lines), records))).toEqual([]);
      expect(await faults(world)).toEqual([]);
      expect(await miscounted(firestore, world)).toEqual([]);
      const kinds = ['taken', 'claimed', 'settled', 'acquired', 'releasing', 'end'];
      expect(lines.map(({ said }) => said)).toEqual(expect.arrayContaining(kinds));
      expect(await new Actors(world).heal(CONFIGS[0])).toEqual([]);
      expect(await miscounted(firestore, world)).toEqual([]);
    } finally {
      await firestore.terminate();
      await close();
    }
  });
});
