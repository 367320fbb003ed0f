import { countOf, type PoolCount } from '../../poolCount.ts';
import { STATE } from '../../records.ts';
import { poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { inAnyPool, inState, kept, strayAt, usedIn, waiting } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** States in which there is nobody most of the time. */
const SELDOM = [
  STATE.cleaning,
  STATE.dirty,
  STATE.toBeDeleted,
  STATE.tombstone,
  STATE.held,
  STATE.leased,
  STATE.quarantined,
] as const;

/**
 * Counts by indexes, and first looks which states there are at all: of an idle Mason three reads a type (its size, what is free,
 * what is kept), and at most thirteen.
 */
export async function counts(session: Session, types: readonly string[]): Promise<PoolCount[]> {
  const [sizes, present] = await Promise.all([session.getAll(poolSizes, types), presentStates(session)]);
  return Promise.all(
    types.map((type, index) => countPool(session, { type, members: sizes[index]?.members ?? 0, present })),
  );
}

async function presentStates(session: Session): Promise<readonly string[]> {
  const found = await Promise.all(SELDOM.map((state) => session.has(resources, inAnyPool(state))));
  return SELDOM.filter((_, index) => found[index]);
}

async function countPool(
  session: Session,
  pool: { readonly type: string; readonly members: number; readonly present: readonly string[] },
): Promise<PoolCount> {
  const { type, members, present } = pool;
  const states = [STATE.free, ...present];
  const [waits, keeps, used, left, ...byState] = await Promise.all([
    present.includes(STATE.cleaning) ? session.count(resources, waiting(type)) : 0,
    session.count(resources, kept(type)),
    present.includes(STATE.leased) ? session.count(resources, usedIn(type, STATE.leased)) : 0,
    present.includes(STATE.leased) ? session.count(resources, strayAt(type, STATE.leased)) : 0,
    ...states.map((state) => session.count(resources, inState(type, state))),
  ]);
  const countIn = (state: string): number => byState[states.indexOf(state)] ?? 0;
  return countOf(type, {
    members,
    waiting: waits,
    kept: keeps,
    leased: countIn(STATE.leased) - used - left,
    inState: countIn,
  });
}
