import assert from 'node:assert/strict';

import { LEASED_RESOURCES } from '../ledger/records.ts';
import type { Json, UserData } from '../ledger/records.ts';
import type { Destruction, LeasedResources, Masonable, MasonableResource, RunContext } from './port.ts';

/** A Masonable with something to work on, in a world of its own. */
export interface Stand {
  readonly masonable: Masonable;
  readonly resource: MasonableResource;
  readonly leased: LeasedResources;
  /** The names of all that exists outside for `resource`, in any order; [] for a Masonable that makes nothing outside. */
  existing(): Promise<readonly string[]>;
  /** Takes the world down again. */
  close?(): Promise<void>;
}

export interface ContractTools {
  /** `test` of jest, vitest, node:test… */
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  /** Resolves after so many milliseconds: `setTimeout` of node:timers/promises, or a fake clock's. */
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Declares the tests that every Masonable has to pass: whatever is repeated, resumed or stopped in the middle, one more
 * pass ends in the same world.
 * @param open a fresh world for each call, with the same resource and leases
 */
export function masonableContract(open: () => Promise<Stand> | Stand, { test, wait }: ContractTools): void {
  const inWorld = (name: string, body: (world: World) => Promise<void>): void => {
    test(name, async () => {
      const stand = await open();
      try {
        await body(createWorld(stand, wait));
      } finally {
        await stand.close?.();
      }
    });
  };
  const reference = async (cycle: number): Promise<readonly string[]> => {
    const stand = await open();
    try {
      const world = createWorld(stand, wait);
      await world.construct(cycle);
      return await world.existing();
    } finally {
      await stand.close?.();
    }
  };
  describeConstruct(inWorld, reference);
  describeStops(inWorld, reference);
  describeDestroy(inWorld);
}

type InWorld = (name: string, body: (world: World) => Promise<void>) => void;
/** What exists after one undisturbed construct in a world of its own. */
type Reference = (cycle: number) => Promise<readonly string[]>;

function describeConstruct(inWorld: InWorld, reference: Reference): void {
  inWorld(
    'construct gives user data that are strings, and leaves leasedResources to Mason',
    async (world) => {
      const userData: Readonly<Record<string, unknown>> = await world.construct(1);
      for (const [key, value] of Object.entries(userData))
        assert.equal(typeof value, 'string', `user data ${key}`);
      assert.ok(!(LEASED_RESOURCES in userData), `user data must not have the key ${LEASED_RESOURCES}`);
    },
  );

  inWorld('construct again in the same cycle gives the same and makes nothing twice', async (world) => {
    const first = await world.construct(1);
    assert.deepEqual(await world.construct(1), first);
    assert.deepEqual(await world.existing(), await reference(1));
  });

  inWorld(
    'construct whose first run was lost with its checkpoint is taken up under a new token',
    async (world) => {
      await world.run('construct', { cycle: 1 });
      await world.construct(1);
      assert.deepEqual(await world.existing(), await reference(1));
    },
  );
}

function describeStops(inWorld: InWorld, reference: Reference): void {
  inWorld('construct whose run is over before it begins makes nothing, and succeeds later', async (world) => {
    const over = new AbortController();
    over.abort(new Error('the run is over'));
    await world.settled(world.run('construct', { cycle: 1, signal: over.signal }));
    assert.deepEqual(await world.existing(), []);
    await world.construct(1);
    assert.deepEqual(await world.existing(), await reference(1));
  });

  for (const moment of MOMENTS) {
    inWorld(`construct aborted ${moment.name} stops at once, and succeeds later`, async (world) => {
      await world.interrupt('construct', moment);
      await world.construct(1);
      assert.deepEqual(await world.existing(), await reference(1));
    });

    inWorld(`construct aborted ${moment.name} leaves nothing that destroy doesn't find`, async (world) => {
      await world.interrupt('construct', moment);
      await world.destroy(2);
      assert.deepEqual(await world.existing(), []);
    });

    inWorld(`destroy aborted ${moment.name} stops at once, and succeeds later`, async (world) => {
      await world.construct(1);
      await world.interrupt('destroy', moment);
      await world.destroy(2);
      assert.deepEqual(await world.existing(), []);
    });
  }
}

function describeDestroy(inWorld: InWorld): void {
  inWorld('destroy leaves nothing, of any cycle, and does nothing a second time', async (world) => {
    await world.construct(1);
    await world.construct(2);
    await world.destroy(3);
    assert.deepEqual(await world.existing(), [], 'without a destroy, nothing may be made outside');
    await world.destroy(3);
    assert.deepEqual(await world.existing(), []);
  });

  inWorld('destroy of nothing succeeds', async (world) => {
    await world.destroy(1);
    assert.deepEqual(await world.existing(), []);
  });

  inWorld('construct after a destroy succeeds', async (world) => {
    await world.construct(1);
    await world.destroy(2);
    await world.construct(2);
  });
}

/** When a run is stopped. `isDue` is asked again and again until it is, or the run is done. */
interface Moment {
  readonly name: string;
  isDue(waitedMs: number, world: World): Promise<boolean>;
}

const MOMENTS: readonly Moment[] = [
  { name: 'as it begins', isDue: async () => true },
  { name: 'soon after', isDue: async (waitedMs) => waitedMs >= 20 },
  { name: 'once something exists outside', isDue: async (_, world) => (await world.existing()).length > 0 },
];

type Action = 'construct' | 'destroy';

/** Construct and destroy as the engine calls them: run after run, each with the next token, until done. */
interface World {
  construct(cycle: number): Promise<UserData>;
  destroy(cycle: number): Promise<void>;
  /** One run only, whose checkpoint is lost unless the caller keeps it. */
  run(action: Action, given: Partial<RunContext>): Promise<Outcome>;
  /** One run, of construct in cycle 1 or of destroy in cycle 2, that is aborted at the given moment; rejects if it doesn't settle then. */
  interrupt(action: Action, moment: Moment): Promise<void>;
  /** Resolves once a run has ended, in whatever way; rejects if it takes too long. */
  settled(run: Promise<unknown>): Promise<void>;
  existing(): Promise<readonly string[]>;
}
type Outcome = Destruction & { readonly userData?: UserData };

function createWorld(stand: Stand, wait: ContractTools['wait']): World {
  const { masonable, resource, leased } = stand;
  let token = 0;
  const run = async (action: Action, given: Partial<RunContext>): Promise<Outcome> => {
    token += 1;
    const { signal } = new AbortController();
    const context = { cycle: 1, token, checkpoint: null, signal, remainingMs: () => RUN_MS, ...given };
    if (action === 'construct') return masonable.construct(resource, leased, context);
    return (await masonable.destroy?.(resource, leased, context)) ?? { done: true };
  };
  const toEnd = async (action: Action, cycle: number): Promise<Outcome> => {
    let checkpoint: Json = null;
    for (let runs = 0; runs < MOST_RUNS; runs += 1) {
      const outcome = await run(action, { cycle, checkpoint });
      if (outcome.done) return outcome;
      // The ledger keeps it as JSON.
      checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint)) as Json;
      await wait(outcome.againInMs);
    }
    return assert.fail(`${action} still said "not yet" after ${MOST_RUNS} runs`);
  };
  const settled = async (work: Promise<unknown>): Promise<void> => {
    const isSettled = watch(work);
    for (let waited = 0; !isSettled(); waited += STEP_MS) {
      assert.ok(waited < PROMPT_MS, `the run did not settle within ${PROMPT_MS} ms of its abort`);
      await wait(STEP_MS);
    }
  };
  const world: World = {
    construct: async (cycle) => (await toEnd('construct', cycle)).userData ?? {},
    destroy: async (cycle) => {
      await toEnd('destroy', cycle);
    },
    run,
    interrupt: async (action, moment) => {
      const stop = new AbortController();
      const work = run(action, { cycle: action === 'construct' ? 1 : 2, signal: stop.signal });
      const isSettled = watch(work);
      for (let waited = 0; !isSettled() && !(await moment.isDue(waited, world)); waited += STEP_MS) {
        await wait(STEP_MS);
      }
      stop.abort(new Error('the run is over'));
      await settled(work);
    },
    settled,
    existing: async () => [...(await stand.existing())].sort(),
  };
  return world;
}

/** Tells whether a promise has settled, and sees to it that its rejection is nobody's surprise. */
function watch(work: Promise<unknown>): () => boolean {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  work.then(settle, settle);
  return () => isSettled;
}

/** What a run is told that it has left. */
const RUN_MS = 60_000;
/** A Masonable that needs more runs than this is taken for one that never ends. */
const MOST_RUNS = 1_000;
/** How long a stopped run may take: a Command's processes get 2 s between SIGTERM and SIGKILL. */
const PROMPT_MS = 10_000;
const STEP_MS = 5;
