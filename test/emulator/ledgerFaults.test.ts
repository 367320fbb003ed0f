import fc from 'fast-check';
import { beforeAll, describe, expect, test } from '@jest/globals';

import type { Store } from '../../shared/ledger/firestore/store/store.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { live } from '../contract/ledger/actors.ts';
import { arbitraryStep } from '../contract/ledger/random.ts';
import { asked } from '../contract/ledger/usersSteps.ts';
import { GRACE_MS, LONG_MS, physical, type World } from '../contract/ledger/world.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../support/faultProxy/faultProxy.ts';
import { checkInvariants } from '../support/invariants.ts';
import { CLAIM_OPERATIONS } from '../support/ledgerFaults/claimOperations.ts';
import { CONFIG_OPERATIONS } from '../support/ledgerFaults/configOperations.ts';
import { counters, countUp, storesOf, valueOf } from '../support/ledgerFaults/counters.ts';
import { timeless } from '../support/ledgerFaults/dump.ts';
import { openFaultyLedger, openFaultyWorld, type FaultyWorld } from '../support/ledgerFaults/faultyWorld.ts';
import { HOLD_OPERATIONS } from '../support/ledgerFaults/holdOperations.ts';
import { LOAN_OPERATIONS } from '../support/ledgerFaults/loanOperations.ts';
import { openLine } from '../support/ledgerFaults/line.ts';
import { cluster, type Act, type Operation } from '../support/ledgerFaults/operation.ts';
import { POOL_OPERATIONS } from '../support/ledgerFaults/poolOperations.ts';
import { QUEUE_OPERATIONS } from '../support/ledgerFaults/queueOperations.ts';
import { failAtRandom } from '../support/ledgerFaults/randomFaults.ts';
import { until } from '../support/until.ts';
import { USER_OPERATIONS } from '../support/ledgerFaults/userOperations.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

// Else every client looks for a metadata server before its first call.
process.env['METADATA_SERVER_DETECTION'] = 'none';

/** For what is silent. */
const SHORT_DEADLINE_MS = 1_000;
/** Of a random life. */
const STEPS = 60;
let emulator: string;
beforeAll(async () => {
  emulator = await sharedFirestore();
});

const OPERATIONS = [
  ...CLAIM_OPERATIONS,
  ...POOL_OPERATIONS,
  ...QUEUE_OPERATIONS,
  ...USER_OPERATIONS,
  ...CONFIG_OPERATIONS,
  ...LOAN_OPERATIONS,
  ...HOLD_OPERATIONS,
];

const FAULTS: readonly Fault[] = ['refused', 'reply-lost', 'reset', 'silent', 'twice', 'late'];

describe('a fault of the network at any commit changes neither what is done nor what is said', () => {
  for (const operation of OPERATIONS)
    test.concurrent(operation.name, async () => {
      const healthy = await outcome(operation, null);
      expect(healthy.once).toEqual(operation.once);
      const strikes = Array.from({ length: healthy.commits }, (_, after) => strikesAt(after))
        .flat()
        .filter(({ name }) => operation.isVariant !== true || TELLING.test(name));
      expect(strikes).not.toEqual([]);
      const outcomes = await Promise.all(
        strikes.map(async (strike) => [strike.name, (await outcome(operation, strike)).story]),
      );
      expect(Object.fromEntries(outcomes)).toEqual(
        Object.fromEntries(
          strikes.map(({ name, isVeryLate }) => [
            name,
            isVeryLate ? healthy.story : healthy.story.slice(0, -1),
          ]),
        ),
      );
    });
});

/** Applied and the answer lost, by each way in which a client takes that; and a copy that nobody expects any more. */
const TELLING = /^(reply-lost|reset|very late) /;

interface Strike {
  readonly name: string;
  readonly fault: Fault;
  /** Commits of the operation that get through before. */
  readonly after: number;
  /** Whether what is late arrives only after the operations that come next. */
  readonly isVeryLate: boolean;
}

const strikesAt = (after: number): Strike[] => [
  ...FAULTS.map((fault) => ({ name: `${fault} at commit ${after + 1}`, fault, after, isVeryLate: false })),
  { name: `very late at commit ${after + 1}`, fault: 'late', after, isVeryLate: true },
];

interface Outcome {
  readonly commits: number;
  readonly once: unknown;
  /** What was said, what was left, how often it was applied, what is broken; then what was left after the next operations. */
  readonly story: readonly string[];
}

async function outcome(operation: Operation, strike: Strike | null): Promise<Outcome> {
  const faulty = await openFaultyWorld({ emulator });
  try {
    const act = await operation.prepare(faulty.world);
    return await struck(faulty, { operation, act, strike });
  } finally {
    await faulty.close();
  }
}

interface Trial {
  readonly operation: Operation;
  readonly act: Act;
  readonly strike: Strike | null;
}

async function struck(faulty: FaultyWorld, { operation, act, strike }: Trial): Promise<Outcome> {
  const { world, proxy } = faulty;
  proxy.clear();
  if (strike?.fault === 'silent') faulty.hurry(SHORT_DEADLINE_MS);
  if (strike !== null) proxy.failNext('Commit', strike.fault, { after: strike.after });
  const said = timeless((await act()) ?? 'nothing');
  const commits = proxy.calls.filter(({ method }) => method === 'Commit').length;
  if (strike?.isVeryLate !== true) await proxy.release();
  const left = await faulty.dump();
  const broken = await faultsIn(world);
  const once = await operation.count(world);
  const story = [said, left, timeless(once), broken.join()];
  if (strike?.isVeryLate === false) return { commits, once, story };
  await goOn(world);
  await proxy.release();
  return { commits, once, story: [...story, await faulty.dump()] };
}

const faultsIn = async (world: World): Promise<readonly string[]> =>
  checkInvariants(await world.records(), await world.ledger.configs.types());

/** What sync does next. */
async function goOn(world: World): Promise<void> {
  const { claims, configs, pools } = world.ledger;
  await claims.takeDue(10, GRACE_MS);
  for (const { type } of await configs.types()) {
    await pools.keepSize(type, world.order());
    await pools.takeDirty({ type, limit: 10, ...world.order() });
  }
}

describe('where nobody can tell whether it was done', () => {
  /** The answer to the commit is lost, and so is every other after it. */
  async function untold(operation: Operation): Promise<unknown> {
    const faulty = await openFaultyWorld({ emulator });
    try {
      const { world, proxy } = faulty;
      const act = await operation.prepare(world);
      proxy.clear();
      faulty.hurry(SHORT_DEADLINE_MS);
      proxy.failNext('Commit', 'reset');
      proxy.plan(({ method }) => (method === 'BatchGetDocuments' && isStruck(proxy) ? 'refused' : null));
      await expect(act()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', retry: true });
      proxy.plan(() => null);
      expect(await faultsIn(world)).toEqual([]);
      const said = await act();
      expect(await faultsIn(world)).toEqual([]);
      return [said, await operation.count(world)];
    } finally {
      await faulty.close();
    }
  }
  const isStruck = ({ calls }: FaultProxy): boolean => calls.some(({ fault }) => fault === 'reset');

  const nothingTwice: Readonly<Record<string, unknown>> = {
    // The claim of the first is in force, and expires if nobody renews it.
    'claim of clean': { kind: 'refused', reason: 'claimed' },
    renew: true,
    // The run is over: what was to be published is found due.
    'settle fulfilled': { kind: 'lost' },
    'settle freed': { kind: 'lost' },
    takeDue: [],
    'keepSize that makes': { made: [], dropped: [], doomed: [] },
    takeDirty: [],
    takeGivenBack: [],
    takeNamed: { kind: 'refused', reason: 'underWay' },
    grant: { kind: 'busy' },
    'acquire of a request': { kind: 'acquired' },
    'acquire of a request that was in line': { kind: 'acquired' },
    'acquire that makes one on demand': { kind: 'acquired' },
    acquireByState: null,
    release: { kind: 'ownerMismatch' },
    update: { kind: 'done' },
    // What it brought is in the ledger, and found due.
    'adopt for work': [],
    'adopt as stock': [],
    disown: null,
    surrender: false,
  };
  for (const [name, said] of Object.entries(nothingTwice)) {
    const operation = OPERATIONS.find((one) => one.name === name);
    test.concurrent(`${name} says so, and its repetition does nothing twice`, async () => {
      if (operation === undefined) throw new Error(`there is no operation ${name}`);
      const expected =
        typeof said === 'object' && said !== null && !Array.isArray(said)
          ? expect.objectContaining(said)
          : said;
      // What was made on demand is got by the repetition, as by any poll.
      const once = name === 'acquire that makes one on demand' ? { busy: 1 } : operation.once;
      expect(await untold(operation)).toEqual([expected, once]);
    });
  }

  test.concurrent(
    'acquire without a request gets another one: the first goes back when its owner does not move',
    async () => {
      const operation = OPERATIONS.find(({ name }) => name === 'acquire');
      if (operation === undefined) throw new Error('there is no acquire');
      expect(await untold(operation)).toEqual([
        expect.objectContaining({ kind: 'acquired' }),
        { busy: 2, free: 1 },
      ]);
    },
  );
});

describe('a fault of the network at a read', () => {
  async function reading(method: string, fault: Fault): Promise<string> {
    const faulty = await openFaultyWorld({ emulator });
    try {
      const { world, proxy } = faulty;
      await world.configure(physical('project', ['p', 'q']));
      if (fault === 'silent') faulty.hurry(SHORT_DEADLINE_MS);
      proxy.failNext(method, fault);
      const said = await asked(world, 'project', { requestId: 'r' }).catch((error: unknown) => codeOf(error));
      expect(proxy.calls.some((call) => call.fault === fault)).toBe(true);
      proxy.clear();
      expect(await asked(world, 'project', { requestId: 'r' })).toMatch(/^[pq]$/);
      expect(await world.names('project', 'busy')).toHaveLength(1);
      expect(await faultsIn(world)).toEqual([]);
      return said;
    } finally {
      await faulty.close();
    }
  }
  const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

  for (const method of ['BatchGetDocuments', 'RunQuery'])
    for (const fault of ['refused', 'reset', 'silent'] as const)
      test.concurrent(
        `${method} that is ${fault}: an answer or LEDGER_UNAVAILABLE, and once at most`,
        async () => {
          expect(await reading(method, fault)).toMatch(/^([pq]|LEDGER_UNAVAILABLE)$/);
        },
      );
});

describe('a commit that is on its way when its second try is made', () => {
  /** The first try is held up until the second has begun; that one would write another document. */
  async function overtaking(second: (truth: Store) => Promise<unknown>): Promise<unknown[]> {
    const proxy = await startFaultProxy({ target: emulator });
    const line = await openLine(proxy.host);
    const open = storesOf();
    const [store, truth] = [open(line.host, SHORT_DEADLINE_MS), open(emulator)];
    try {
      for (const id of ['a', 'b']) await countUp(truth, id);
      proxy.plan(({ method }) => (method === 'Commit' ? 'refused' : null));
      let tries = 0;
      const said = await store.commit(async (session) => {
        tries += 1;
        const id = tries === 1 ? 'a' : 'b';
        const n = (await session.get(counters, id)) ?? 0;
        session.put(counters, id, n + 1);
        if (tries > 1) {
          proxy.plan(() => null);
          await second(truth);
        }
        return id;
      });
      return [said, await valueOf(truth, 'a'), await valueOf(truth, 'b')];
    } finally {
      line.cut();
      await Promise.all([store.close(), truth.close()]);
      await line.close();
      await proxy.close();
    }
  }

  test('is found if it arrives before that one is written', async () => {
    // The client goes on repeating it by itself after the deadline.
    const arrives = (truth: Store): Promise<void> => until(async () => (await valueOf(truth, 'a')) === 2);
    expect(await overtaking(arrives)).toEqual(['a', 2, 1]);
  });
});

describe('with faults at random', () => {
  const SEEDS = [1, 2, 3];
  test.each(SEEDS)('a life holds its invariants and heals (seed %i)', async (seed) => {
    const [steps = []] = fc.sample(fc.array(arbitraryStep, { minLength: STEPS, maxLength: STEPS }), {
      seed,
      numRuns: 1,
    });
    const disturb = (proxy: FaultProxy): void => {
      failAtRandom(proxy, { seed, oneIn: 10 });
    };
    const options = { emulator, disturb };
    await live((clock) => openFaultyLedger(options, clock), steps);
  });

  const CLAIMERS = 20;
  const FREE = 30;
  const PROCESSES = 4;

  /** As many at once, from several processes. */
  async function crowd<Result>(
    seed: number,
    prepare: (world: World) => Promise<void>,
    act: (ledger: Ledger, index: number) => Promise<Result>,
  ): Promise<{ results: Result[]; records: readonly ResourceRecord[] }> {
    const faulty = await openFaultyWorld({ emulator });
    try {
      const { world, proxy } = faulty;
      await prepare(world);
      const ledgers = Array.from({ length: PROCESSES }, () => faulty.openAnother());
      failAtRandom(proxy, { seed, oneIn: 3 });
      const results = await Promise.all(
        Array.from({ length: CLAIMERS }, (_, index) =>
          act(ledgers[index % PROCESSES] ?? world.ledger, index),
        ),
      );
      await proxy.release();
      proxy.plan(() => null);
      expect(await faultsIn(world)).toEqual([]);
      return { results, records: await world.records() };
    } finally {
      await faulty.close();
    }
  }

  test.each(SEEDS)(`${CLAIMERS} users at once get one of ${FREE} each (seed %i)`, async (seed) => {
    const { results, records } = await crowd(
      seed,
      (world) => world.configure(physical('project', FREE)),
      (ledger, index) =>
        ledger.users.acquire({
          type: 'project',
          state: 'free',
          dest: 'busy',
          owner: `user-${index}`,
          requestId: index % 2 === 0 ? '' : `request-${index}`,
          requestTtlMs: 60_000,
          newName: () => `never-${index}`,
          ahead: null,
        }),
    );
    const got = results.flatMap((result) => (result.kind === 'acquired' ? [result.resource] : []));
    const held = records.filter(({ state }) => state === 'busy');
    const byName = (list: readonly ResourceRecord[]): string[] =>
      list.map(({ name, owner }) => `${name} ${owner}`).sort();
    expect(byName(got)).toEqual(byName(held));
    expect(new Set(got.map(({ name }) => name)).size).toBe(got.length);
    expect(got.length + results.filter(({ kind }) => kind === 'none').length).toBe(CLAIMERS);
  });

  test.each(SEEDS)(`of ${CLAIMERS} that claim one record one gets it (seed %i)`, async (seed) => {
    const { results, records } = await crowd(
      seed,
      (world) => cluster(world, 'recycle'),
      (ledger) =>
        ledger.claims.claim({ name: 'c', task: 'recycle', cycle: 1, holdMs: LONG_MS, graceMs: GRACE_MS }),
    );
    expect(results.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(records.find(({ name }) => name === 'c')?.work?.token).toBe(2);
  });
});
