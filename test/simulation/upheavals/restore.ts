import type { House } from '../core/house.ts';
import type { Stage } from '../core/stage.ts';
import { HttpWorld } from '../world/httpWorld.ts';
import { RanchWorld } from '../world/ranchWorld.ts';
import type { World } from '../world/world.ts';
import { LedgerTape } from './ledgerTape.ts';
import type { Upheaval } from './upheaval.ts';

/** Whose ledger is restored. */
const HOME = 'home';
const BACKUP_STEP = 40;
const RESTORE_STEP = 80;
const HOUR_MS = 3_600_000;

/** What people do once the ledger is back, before anything runs on it. */
export type Procedure = (world: World) => Promise<void>;

/** The ledger is brought back from a backup that is an hour old; the rest of the world goes on from where it was. */
export function restoring(procedure: Procedure): Upheaval {
  const tape = new LedgerTape();
  let backedUpAt = 0;
  let isRestored = false;
  return {
    ledgerPath: (house) => (house === HOME ? tape.path : ':memory:'),
    async before(world, step) {
      const { stage } = world;
      if (!tape.hasBackup && step >= BACKUP_STEP) {
        tape.backUp();
        backedUpAt = stage.timeline.elapsed;
        stage.tell('the ledger is backed up');
      }
      if (isRestored || step < RESTORE_STEP) return;
      isRestored = true;
      await stage.advance(Math.max(0, backedUpAt + HOUR_MS - stage.timeline.elapsed));
      await stopAll(stage);
      tape.restore();
      stage.tell('the ledger is restored');
      await procedure(world);
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

/** What `mason restored` does. */
export const disclaimAll: Procedure = async (world) => {
  const { ledger } = homeOf(world);
  const floor = await ledger.restores.begin();
  let after: string | null = null;
  do ({ after } = await ledger.restores.disclaim({ floor, after, limit: 3 }));
  while (after !== null);
  if (world instanceof RanchWorld) world.truth.declareOver();
};

function homeOf(world: World): House {
  if (world instanceof RanchWorld) return world.house;
  const home = world instanceof HttpWorld ? world.houses.find(({ name }) => name === HOME) : undefined;
  if (home === undefined) throw new Error('nobody is at home in this world');
  return home;
}
