import type { Settled } from '../../port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../../records.ts';
import { mustRestart, restartByConfig } from '../../transitions/claim.ts';
import { grant } from '../../transitions/grant.ts';
import { wakeOf } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { requests } from '../documents/request.ts';
import { resources } from '../documents/resource.ts';
import { putRecord } from '../ledgerParts.ts';
import { anyTwoWaiting, anywhere, askedFor, oldest } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { settledBy } from './settledBy.ts';

interface Fulfilling {
  readonly record: WorkRecord;
  readonly spec: TypeRecord;
  readonly graceMs: number;
}

/**
 * The fast path: nobody waits before it and all its needs are free, so it leases the longest unchanged ones; after a
 * conflict any, so that those who come at the same time don't follow each other from one to the next. What it leases is
 * what its own cycle's config asks for: a cycle whose config has changed meanwhile begins again.
 */
export async function fulfil(session: Session, { record, spec, graceMs }: Fulfilling): Promise<Settled> {
  if (mustRestart(record, spec)) {
    const again = restartByConfig(record, { spec, graceMs }, session.moment);
    putRecord(session, again, record);
    return { kind: 'settled', record: again, wakes: [wakeOf(again, 'recycle')], yields: [] };
  }
  const supply = Promise.all(Object.entries(spec.needs).map(([type, count]) => freeOf(session, type, count)));
  const [others, found] = await Promise.all([othersWait(session, record.name, spec), supply]);
  const free = found.flat();
  const needed = Object.values(spec.needs).reduce((sum, count) => sum + count, 0);
  if (others || free.length < needed) return { kind: 'short' };
  return settledBy(session, grant(record, free, { ...session.moment, graceMs }), [record, ...free]);
}

async function othersWait(session: Session, name: string, { component }: TypeRecord): Promise<boolean> {
  if (component === null) return false;
  const { virtualTypes, physicalTypes } = component;
  const [waiting, isAskedFor] = await Promise.all([
    session.find(resources, anyTwoWaiting(virtualTypes)),
    session.has(requests, askedFor(physicalTypes, session.moment.at)),
  ]);
  return isAskedFor || waiting.some((waiter) => waiter.name !== name);
}

async function freeOf(session: Session, type: string, count: number): Promise<ResourceRecord[]> {
  if (session.attempt === 0) return session.find(resources, oldest(type, STATE.free, count));
  const free = { type, state: STATE.free };
  const found = await session.find(resources, anywhere(free, session.random(), count));
  if (found.length === count) return found;
  const rest = await session.find(resources, anywhere(free, 0, count));
  const known = new Set(found.map(({ name }) => name));
  return [...found, ...rest.filter(({ name }) => !known.has(name))].slice(0, count);
}
