import type { ClaimOrder } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { decideClaim, type ClaimDecision } from '../../transitions/claim.ts';
import { hasWork } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';
import { configOf } from './configOf.ts';
import { openSlots } from './slots.ts';

export interface Decided {
  /** Not written yet. */
  readonly decision: ClaimDecision;
  readonly spec: TypeRecord | null;
  /** As it is stored. */
  readonly before: ResourceRecord | null;
}

export async function decide(parts: LedgerParts, session: Session, order: ClaimOrder): Promise<Decided> {
  const before = await session.get(resources, order.name);
  // What is built must have a config by which it can be destroyed: the sweep deletes old ones that no record names.
  const isFresh = order.task === 'clean';
  const spec = hasWork(before) ? await configOf(parts, session, { record: before, isFresh }) : null;
  const slots = spec !== null && isToConstruct(before, order) ? await openSlots(session, spec) : null;
  const constructing = (): number => slots?.underWay ?? 0;
  const decision = decideClaim({ record: before, spec, constructing }, order, session.moment);
  if (decision.kind === 'claim') slots?.take();
  return { decision, spec, before };
}

/** Whether it wants a construct slot that it has not. */
const isToConstruct = (record: ResourceRecord | null, { task }: ClaimOrder): boolean =>
  task === 'clean' && record?.work?.phase === 'clean' && record.work.constructingSince === null;
