import type { Settled } from '../../port.ts';
import type { WorkRecord } from '../../records.ts';
import { settled } from '../../transitions/change.ts';
import { mustRestart, restartByConfig } from '../../transitions/claim.ts';
import { grant } from '../../transitions/grant.ts';
import { wakeOf } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { requests } from '../documents/request.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { anyTwoWaiting, askedFor, forTypes } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { settledBy } from './settledBy.ts';

export interface Fulfilling {
  readonly record: WorkRecord;
  readonly spec: TypeRecord;
  readonly graceMs: number;
}

/**
 * The fast path: nobody waits before it and all its needs are free, so it leases them. What it leases is
 * what its own cycle's config asks for: a cycle whose config has changed meanwhile begins again.
 */
export async function fulfil(
  { contention }: LedgerParts,
  session: Session,
  { record, spec, graceMs }: Fulfilling,
): Promise<Exclude<Settled, { kind: 'lost' }>> {
  if (mustRestart(record, spec)) {
    const again = restartByConfig(record, { spec, graceMs }, session.moment);
    putRecord(session, again, record);
    return settled({ puts: [again], wakes: [wakeOf(again, 'recycle')], yields: [] });
  }
  const supply = Promise.all(
    Object.entries(spec.needs).map(([type, count]) => contention.findFree(session, type, count)),
  );
  const [others, found] = await Promise.all([othersWait(session, record.name, spec), supply]);
  const free = found.flat();
  const needed = Object.values(spec.needs).reduce((sum, count) => sum + count, 0);
  if (others || free.length < needed) return { kind: 'short' };
  return settledBy(session, grant(record, free, { ...session.moment, graceMs }), [record, ...free]);
}

async function othersWait(session: Session, name: string, { component }: TypeRecord): Promise<boolean> {
  if (component === null) return false;
  const { virtualTypes, physicalTypes } = component;
  const { at } = session.moment;
  const [waiting, asking] = await Promise.all([
    session.findAll(resources, forTypes(virtualTypes, anyTwoWaiting)),
    session.findAll(
      requests,
      forTypes(physicalTypes, (types) => askedFor(types, at)),
    ),
  ]);
  return asking.length > 0 || waiting.some((waiter) => waiter.name !== name);
}
