import type { Google } from '../google/callGoogle.ts';
import { GoogleFault, isFault, unless } from '../google/fault.ts';
import { fewAtOnce } from '../google/fewAtOnce.ts';
import { beginDeletion, deletionProgress } from './deletion.ts';
import { waitsFor, type Plan } from './plan.ts';
import { orderFor, type Order, type Progress } from './progress.ts';
import type { Thing } from './thing.ts';

/** A call takes a second or less; one that hangs is cut off with the run. */
const LEAST_MS = 15_000;

interface Site {
  readonly google: Google;
  readonly project: string;
  readonly progress: Progress;
}

/**
 * Begins to delete what has to go and is needed by nothing that goes before it, as far as the run's time reaches.
 * @returns whether anything is on its way, so that waiting will change something
 * @throws GoogleFault denied; busy, if nothing could be begun for it
 */
export async function deleteAll(plan: Plan, site: Site): Promise<{ readonly isMoving: boolean }> {
  const hasToWait = waitsFor(plan);
  const steps: Step[] = [];
  const busy: GoogleFault[] = [];
  const advance = async (thing: Thing): Promise<void> => {
    if (site.google.remainingMs() < LEAST_MS || hasToWait(thing)) return;
    try {
      steps.push(await advanceOne(thing, site));
    } catch (error) {
      // What Google is too busy for is left to the next run; the others may be luckier.
      if (!isFault(error, 'busy') || error.isRate) throw error;
      busy.push(error);
    }
  };
  await fewAtOnce(plan.goes, advance);
  const [first] = busy;
  if (first && !steps.includes('ordered')) throw first;
  return { isMoving: steps.some((step) => step !== 'refused') || plan.goes.some(({ isMoving }) => isMoving) };
}

type Step = 'ordered' | 'going' | 'refused';

async function advanceOne(thing: Thing, site: Site): Promise<Step> {
  const order = orderFor(site.progress, thing);
  if (order.operation !== null && (await isGoing(thing, order, site))) return 'going';
  try {
    order.operation = await beginDeletion(site.google, site.project, thing);
    return 'ordered';
  } catch (error) {
    if (isFault(error, 'absent')) return 'going';
    if (!(error instanceof GoogleFault) || ['busy', 'denied', 'off'].includes(error.kind)) throw error;
    order.refused = error.message;
    return error.kind === 'conflict' ? 'going' : 'refused';
  }
}

/** Whether the operation that was begun is deleting it, or has. Why not is noted. */
async function isGoing(thing: Thing, order: Order, { google, project }: Site): Promise<boolean> {
  const operation = order.operation ?? '';
  const known = await unless(['absent'], deletionProgress(google, project, { thing, operation }));
  if (known?.isDone === false) return true;
  order.operation = null;
  if (known?.fault) order.refused = known.fault.message;
  // Done, and seen before: it only shows late. If it is seen again, it is there again.
  return known?.fault === null;
}
