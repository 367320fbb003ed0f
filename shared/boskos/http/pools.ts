import { emptyView } from '../../ledger/emptyView.ts';
import { countOf, type PoolCount } from '../../ledger/poolCount.ts';
import type { PoolView } from '../../ledger/port.ts';
import { STATE } from '../../ledger/records.ts';
import type { TypeRecord } from '../../ledger/typeRecord.ts';
import { BoskosFault } from './client/fault.ts';
import type { HttpParts } from './parts.ts';

/** What the server tells of the pools, and beside it what Mason does with them. */
export async function pools({ ledger, client }: HttpParts): Promise<readonly PoolView[]> {
  const [types, mirrored] = await Promise.all([ledger.configs.types(), ledger.views.pools()]);
  const known = new Map(mirrored.map((view) => [view.type, view]));
  try {
    return await Promise.all(
      types.map(async (spec): Promise<PoolView> => {
        const { current = {}, owner = {} } = (await client.metric(spec.type)) ?? {};
        const own = known.get(spec.type) ?? emptyView(spec.type);
        return { ...own, states: named(current, spec), owned: sum(current) - (owner[''] ?? 0) };
      }),
    );
  } catch (error) {
    // Whoever looks is to see at least what Mason holds; that the server is away is in the log of every tick.
    if (error instanceof BoskosFault) return mirrored;
    throw error;
  }
}

/** What the server tells, counted as the ledger would. A call a type, and what Mason holds there is read. */
export async function counts(parts: HttpParts, types: readonly string[]): Promise<readonly PoolCount[]> {
  const views = new Map((await pools(parts)).map((view) => [view.type, view]));
  return types.map((type) => countView(views.get(type) ?? emptyView(type)));
}

function countView({ type, states, waiting, quarantined }: PoolView): PoolCount {
  const inState = (state: string): number => states[state] ?? 0;
  const counted = countOf(type, {
    members: sum(states),
    waiting,
    kept: inState('parked') + inState(STATE.leased),
    leased: inState(STATE.leased),
    inState,
  });
  // There it is only being cleaned: that it is in quarantine this Mason alone knows.
  const unseen = Math.min(quarantined - inState(STATE.quarantined), counted.counts.working);
  const { working } = counted.counts;
  return { ...counted, counts: { ...counted.counts, quarantined, working: working - unseen } };
}

/** In any other state of a physical resource it is parked under the name of a virtual one, or a user's own. */
function named(
  current: Readonly<Record<string, number>>,
  { managed, state }: TypeRecord,
): PoolView['states'] {
  const states: Record<string, number> = {};
  for (const [name, count] of Object.entries(current)) {
    const isKnown = managed || name === state || OWN.includes(name);
    const shown = isKnown ? name : 'parked';
    states[shown] = (states[shown] ?? 0) + count;
  }
  return states;
}

const OWN: readonly string[] = Object.values(STATE);

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
