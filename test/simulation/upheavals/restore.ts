import type { House } from '../core/house.ts';
import type { Stage } from '../core/stage.ts';
import { HttpWorld } from '../world/httpWorld.ts';
import { RanchWorld } from '../world/ranchWorld.ts';
import type { World } from '../world/world.ts';
import { LedgerTape } from './ledgerTape.ts';
import { mustBeCleaned } from './mustBeCleaned.ts';
import { refuseOldOwners } from './refuseOldOwners.ts';
import type { Upheaval } from './upheaval.ts';

/** Whose ledger is restored. */
const HOME = 'home';
const BACKUP_STEP = 30;
/** The second time from the same backup, in some worlds. */
const RESTORE_STEPS: readonly number[] = [60, 80];
/** Steps of such a life: some are left after each restore. */
export const RESTORED_STEPS = 100;
const HOUR_MS = 3_600_000;
/** Nobody restores anything faster. */
const A_RESTORE_MS = 60_000;

/** What people do once the ledger is back, before anything runs on it. */
export type Procedure = (world: World, tape: LedgerTape) => Promise<void>;

/** The ledger is brought back from a backup that is an hour old; the rest of the world goes on from where it was. */
export function restoring(procedure: Procedure): Upheaval {
  const tape = new LedgerTape();
  const left = [...RESTORE_STEPS];
  let backedUpAt = 0;
  return {
    ledgerPath: (house) => (house === HOME ? tape.path : ':memory:'),
    async before(world, step) {
      const { stage } = world;
      if (!tape.hasBackup && step >= BACKUP_STEP) {
        tape.backUp();
        backedUpAt = stage.timeline.elapsed;
        stage.tell('the ledger is backed up');
      }
      if (step < (left[0] ?? Infinity)) return;
      const isAgain = left.length < RESTORE_STEPS.length;
      left.shift();
      if (isAgain && stage.dice.chance(0.7)) return;
      await stage.advance(Math.max(A_RESTORE_MS, backedUpAt + HOUR_MS - stage.timeline.elapsed));
      await stopAll(stage);
      tape.restore();
      stage.tell('the ledger is restored');
      await procedure(world, tape);
    },
    close: () => {
      tape.close();
    },
  };
}

/** As a person would before it; but one may stand still somewhere and go on later, with all that it has in memory. */
async function stopAll(stage: Stage): Promise<void> {
  const { dice, post } = stage;
  const own = stage.instances.filter(({ house }) => house === HOME);
  const survivor = own.length > 0 && dice.chance(0.5) ? dice.pick(own) : null;
  survivor?.pause();
  for (const instance of own) if (instance !== survivor) instance.crash();
  await stage.drain();
  if (dice.chance(0.5)) post.waiting = post.waiting.filter(({ house }) => house !== HOME);
}

/** What `mason restored` does; it may be interrupted once, and is then done again. */
export const disclaimAll: Procedure = async (world) => {
  const { restores } = homeOf(world).ledger;
  const limit = 1 + world.stage.dice.below(4);
  if (world.stage.dice.chance(0.3))
    await restores.disclaim({ floor: await restores.begin(), after: null, limit });
  const floor = await restores.begin();
  let after: string | null = null;
  do ({ after } = await restores.disclaim({ floor, after, limit }));
  while (after !== null);
  if (world instanceof RanchWorld) {
    world.truth.declareOver();
    refuseOldOwners(world);
    mustBeCleaned(world);
  }
};

/** The same without what it does to counters. */
export const disclaimUncounted: Procedure = async (world, tape) => {
  await disclaimAll(world, tape);
  tape.countOn();
  if (world instanceof RanchWorld) world.forgetCounters();
};

export function homeOf(world: World): House {
  if (world instanceof RanchWorld) return world.house;
  const home = world instanceof HttpWorld ? world.houses.find(({ name }) => name === HOME) : undefined;
  if (home === undefined) throw new Error('nobody is at home in this world');
  return home;
}
