import type { ResourceRecord, WorkRecord } from '../records.ts';
import { hasWork } from '../transitions/work.ts';
import type { Fence } from '../port.ts';
import { resources } from './documents/resource.ts';
import type { Contention } from './contention.ts';
import type { HeldRecords } from './heldRecords.ts';
import type { MatcherSight } from './queue/matcherSight.ts';
import type { Session } from './store/session.ts';
import type { Store } from './store/store.ts';
import type { TypeCache } from './typeCache.ts';

/** What every operation works with. */
export interface LedgerParts {
  readonly store: Store;
  readonly types: TypeCache;
  readonly held: HeldRecords;
  readonly contention: Contention;
  readonly sight: MatcherSight;
}

/** The record, if the fence still holds. What this process wrote last is believed once, and then read. */
export async function fenced(
  { held }: Pick<LedgerParts, 'held'>,
  session: Session,
  fence: Fence,
): Promise<WorkRecord | null> {
  if (session.attempt === 0) held.recall(session, fence);
  const record = await session.get(resources, fence.name);
  return hasWork(record) && record.work.token === fence.token ? record : null;
}

/** The records of what it leases, as far as they exist. */
export async function leasedBy(session: Session, { work }: ResourceRecord): Promise<ResourceRecord[]> {
  const names = (work?.leases ?? []).map(({ name }) => name);
  return existing(await session.getAll(resources, names));
}

export const existing = <Value>(values: readonly (Value | null)[]): Value[] =>
  values.filter((value): value is Value => value !== null);

/**
 * Writes the record. Its random cursor is drawn anew where the transition drew one: those that are released in one
 * commit must not stand in one place.
 */
export function putRecord(session: Session, record: ResourceRecord, before: ResourceRecord | null): void {
  const isMoved = before?.rand !== record.rand;
  session.put(resources, record.name, isMoved ? { ...record, rand: session.random() } : record);
}
