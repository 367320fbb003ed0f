import type { NamedTake, OrderRefusal, Wake } from '../../ledger/port.ts';
import { STATE, type ResourceRecord } from '../../ledger/records.ts';
import { TAKEN_STATES } from '../../ledger/transitions/states.ts';
import { boundsOf, isPaused } from '../../ledger/typeRecord.ts';
import type { Ask } from './ask.ts';
import { borrow } from './borrow.ts';
import type { HttpParts } from './parts.ts';
import { countReady } from './countReady.ts';
import { unowned } from './unowned.ts';

type Taking = Pick<Ask, 'type' | 'reason'> & { readonly task: 'recycle' | 'janitor' };

const taking = ({ type, task, reason }: Taking, from: { state: string; name: string | null }): Ask => ({
  ...from,
  type,
  task,
  reason,
  dest: STATE.cleaning,
  kind: 'work',
});

/** Up to `limit` of those that the server has in one of these states and nobody holds. */
export async function takeFrom(
  parts: HttpParts,
  { type, task, limit }: { readonly type: string; readonly task: Taking['task']; readonly limit: number },
): Promise<readonly Wake[]> {
  const { count } = await unowned(parts.client, type);
  const asks = TAKEN_STATES.flatMap((state) =>
    Array.from({ length: count(state) }, () => taking({ type, task, reason: state }, { state, name: null })),
  );
  return (await borrow(parts, asks.slice(0, limit))).wakes;
}

/** In these a person's order finds a resource. */
const ORDERED: readonly string[] = [...TAKEN_STATES, STATE.free];

/**
 * A person's order for one by its name. Only of one that was freed here is it known since when it has been free: an order
 * given before that is stale.
 */
export async function takeNamed(parts: HttpParts, name: string, orderedAt: number): Promise<NamedTake> {
  const record = await parts.ledger.views.record(name);
  const early = await refusalOf(parts, record);
  if (early !== null) return { kind: 'refused', reason: early };
  const isStale = record !== null && orderedAt < record.lastUpdate;
  for (const state of ORDERED.filter((one) => one !== STATE.free || !isStale)) {
    const ask = taking({ type: record?.type ?? '', task: 'recycle', reason: 'ordered' }, { state, name });
    const [wake] = (await borrow(parts, [ask])).wakes;
    if (wake !== undefined) return { kind: 'taken', wake };
  }
  return { kind: 'refused', reason: isStale ? 'stale' : await whyNot(parts, name) };
}

/** One of which the ledger knows nothing is some other Mason's, or somebody's physical one: not ours to recycle. */
async function refusalOf({ ledger }: HttpParts, record: ResourceRecord | null): Promise<OrderRefusal | null> {
  if (record === null) return 'unknown';
  const spec = await ledger.configs.type(record.type);
  if (spec?.managed !== true) return 'unconfigured';
  if (isPaused(spec)) return 'paused';
  if (record.loan === null) return null;
  return record.work?.phase === 'recycle' ? 'underWay' : 'held';
}

/** The server says who holds a resource only where it refuses an update. */
async function whyNot({ client, newOwner }: HttpParts, name: string): Promise<'unknown' | 'held'> {
  const answer = await client.update({ name, state: STATE.free, owner: newOwner() });
  return answer === 'notFound' ? 'unknown' : 'held';
}

/**
 * Members given back that were built by another config, as many as leaves the pool at min − 1. Those that a user has are
 * passed over until they come back dirty.
 */
export async function takeOutdated(parts: HttpParts, type: string, limit: number): Promise<readonly Wake[]> {
  const outdated = await parts.ledger.loans.outdated(type, LOOKED_AT, parts.random());
  if (outdated.length === 0) return [];
  const allowed = Math.min(limit, await rebuildsAllowed(parts, type));
  const wakes: Wake[] = [];
  for (const { name } of outdated) {
    if (wakes.length >= allowed) break;
    const ask = taking(
      { type, task: 'recycle', reason: 'built from an old config' },
      { state: STATE.free, name },
    );
    wakes.push(...(await borrow(parts, [ask])).wakes);
  }
  return wakes;
}

/** Outdated members asked for in one tick: each costs a call, and users may have more than that, which are passed over. */
const LOOKED_AT = 50;

async function rebuildsAllowed(parts: HttpParts, type: string): Promise<number> {
  const [spec, ready] = await Promise.all([parts.ledger.configs.type(type), countReady(parts, type)]);
  if (spec === null) return 0;
  if (spec.removed) return Infinity;
  return Math.max(0, ready - Math.max(0, boundsOf(spec).min - 1));
}
