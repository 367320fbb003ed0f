import assert from 'node:assert/strict';

import type { Json } from '../ledger/records.ts';
import type { ContractTools } from './masonableContract.ts';
import type { Cleaner, Destruction, MasonableResource, RunContext } from './port.ts';

/** A cleaner with a dirty resource, in a world of its own. */
export interface CleanerStand {
  readonly cleaner: Cleaner;
  readonly resource: MasonableResource;
  /** The names of all that users have left in `resource` and that has to go, in any order; at first there is something. */
  dirt(): Promise<readonly string[]>;
  /** Takes the world down again. */
  close?(): Promise<void>;
}

/**
 * Declares the tests that every cleaner has to pass: whatever is repeated, resumed or stopped in the middle, it says that
 * the resource is clean only when it is.
 * @param open a fresh world for each call
 */
export function cleanerContract(
  open: () => Promise<CleanerStand> | CleanerStand,
  { test, wait }: ContractTools,
): void {
  const inWorld = (name: string, body: (world: World) => Promise<void>): void => {
    test(name, async () => {
      const stand = await open();
      try {
        assert.notDeepEqual(await stand.dirt(), [], 'the resource must be dirty at first');
        await body(createWorld(stand, wait));
      } finally {
        await stand.close?.();
      }
    });
  };

  inWorld('clean leaves nothing, and does nothing a second time', async (world) => {
    await world.clean();
    assert.deepEqual(await world.dirt(), []);
    await world.clean();
    assert.deepEqual(await world.dirt(), []);
  });

  inWorld('clean says that it is done only when nothing is left', async (world) => {
    await world.clean(async ({ done }) => {
      if (done) assert.deepEqual(await world.dirt(), []);
    });
  });

  inWorld('clean whose checkpoint is lost after each of the first runs succeeds later', async (world) => {
    for (let runs = 0; runs < 3; runs += 1) await world.run();
    await world.clean();
    assert.deepEqual(await world.dirt(), []);
  });

  inWorld('clean whose run is over before it begins deletes nothing, and succeeds later', async (world) => {
    const before = await world.dirt();
    const over = new AbortController();
    over.abort(new Error('the run is over'));
    await assert.rejects(world.run({ signal: over.signal }));
    assert.deepEqual(await world.dirt(), before);
    await world.clean();
    assert.deepEqual(await world.dirt(), []);
  });

  inWorld('clean that is aborted as it begins stops at once, and succeeds later', async (world) => {
    const stop = new AbortController();
    const run = world.run({ signal: stop.signal });
    stop.abort(new Error('the run is over'));
    await assert.rejects(run);
    await world.clean();
    assert.deepEqual(await world.dirt(), []);
  });
}

/** Clean as the engine calls it: run after run, each with the next token, until done. */
interface World {
  /** @param look sees what each run came to */
  clean(look?: (outcome: Destruction) => Promise<void>): Promise<void>;
  /** One run only, whose checkpoint is lost. */
  run(given?: Partial<RunContext>): Promise<Destruction>;
  dirt(): Promise<readonly string[]>;
}

function createWorld({ cleaner, resource, ...stand }: CleanerStand, wait: ContractTools['wait']): World {
  let token = 0;
  const run: World['run'] = (given = {}) => {
    token += 1;
    const { signal } = new AbortController();
    const context = { cycle: 1, token, checkpoint: null, signal, remainingMs: () => RUN_MS, ...given };
    return cleaner.clean(resource, context);
  };
  return {
    run,
    dirt: async () => [...(await stand.dirt())].sort(),
    async clean(look) {
      let checkpoint: Json = null;
      for (let runs = 0; runs < MOST_RUNS; runs += 1) {
        const outcome = await run({ checkpoint });
        await look?.(outcome);
        if (outcome.done) return;
        // The ledger keeps it as JSON.
        checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint)) as Json;
        await wait(outcome.againInMs);
      }
      assert.fail(`clean still said "not yet" after ${MOST_RUNS} runs`);
    },
  };
}

/** What a run is told that it has left. */
const RUN_MS = 60_000;
/** A cleaner that needs more runs than this is taken for one that never ends. */
const MOST_RUNS = 1_000;
