import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Query } from '../../../shared/ledger/firestore/store/kind.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { physical, virtual, withComponents } from '../../contract/ledger/world.ts';

/** One empty ledger on the emulator with free resources, and what its callers ask of it. */
export interface Stage {
  readonly ledger: Ledger;
  readonly projectId: string;
  readonly host: string;
  /** Looks for a free resource so far: one for each try at claiming. */
  looks(): number;
}

export const newName = (): string => systemRandom.uuid();

export const POOL = 'project';
export const BUILT = 'cluster';

/** @param counts free resources, and virtual ones that need one each */
export async function openStage(
  host: string,
  counts: { readonly free: number; readonly virtual: number },
): Promise<Stage> {
  const projectId = `bench-${systemRandom.uuid()}`;
  let looks = 0;
  const ledger = openFirestoreLedger({
    projectId,
    emulator: host,
    clock: systemClock,
    random: () => systemRandom.number(),
    onQuery(collection, query) {
      if (isLook(collection, query)) looks += 1;
    },
  });
  const types = [physical(POOL, counts.free), virtual(BUILT, counts.virtual, { needs: { [POOL]: 1 } })];
  await ledger.configs.store(withComponents(types));
  const names = { newName, newOwner: newName, graceMs: 600_000 };
  for (const { type } of types) await ledger.pools.keepSize(type, names);
  return { ledger, projectId, host, looks: () => looks };
}

/** The second half of a look that starts at a random cursor and finds the end is not another try. */
const isLook = (collection: string, { where = [], orderBy = [] }: Query): boolean =>
  collection === 'resources' &&
  (orderBy.includes('lastUpdate') || where.some(([field, , value]) => field === 'rand' && value !== 0));

/** What one design did. */
export interface Measured {
  readonly claims: number;
  readonly seconds: number;
  readonly attempts: number;
  /** Names that were given to somebody, to be looked through for one that was given twice. */
  readonly names: readonly string[];
}

/** As many lanes at once as there are claimers; each claims until `goOn` says no. */
export async function race(
  claimers: number,
  work: (lane: number) => Promise<readonly string[]>,
): Promise<{ readonly names: readonly string[]; readonly seconds: number }> {
  const start = performance.now();
  const names = await Promise.all(Array.from({ length: claimers }, (_, lane) => work(lane)));
  return { names: names.flat(), seconds: (performance.now() - start) / 1_000 };
}
