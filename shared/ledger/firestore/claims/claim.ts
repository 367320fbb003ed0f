import type { ClaimOrder, ClaimResult } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { claimResult, decideClaim, type ClaimDecision } from '../../transitions/claim.ts';
import { hasWork } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';
import type { Versions } from '../store/store.ts';
import { configOf } from './configOf.ts';
import { hasFreeSlot, openSlots } from './slots.ts';

/** Tries where each time a slot became free just when all were found taken. */
const MAX_SLOT_TRIES = 5;

export async function claim(parts: LedgerParts, order: ClaimOrder): Promise<ClaimResult> {
  const keep = (versions: Versions, { decision }: Claimed): void => {
    const at = versions.get(`${resources.collection}/${order.name}`);
    if (decision.kind === 'claim' && at !== undefined) parts.held.keep(decision.record, at);
  };
  for (let tries = 1; ; tries += 1) {
    const claimed = await parts.store.commit((session) => decide(parts, session, order), { onWritten: keep });
    const { decision, spec } = claimed;
    const isShort = decision.kind === 'refuse' && decision.reason === 'slots' && spec !== null;
    // It is written down now that it waits: whoever gives a slot back sees that, or has done so before this look.
    if (!isShort || tries === MAX_SLOT_TRIES || !(await hasFreeSlot(parts, spec)))
      return claimResult(decision, spec);
  }
}

interface Claimed {
  readonly decision: ClaimDecision;
  readonly spec: TypeRecord | null;
}

async function decide(parts: LedgerParts, session: Session, order: ClaimOrder): Promise<Claimed> {
  const record = await session.get(resources, order.name);
  // What is built must have a config by which it can be destroyed: the sweep deletes old ones that no record names.
  const isFresh = order.task === 'clean';
  const spec = hasWork(record) ? await configOf(parts, session, { record, isFresh }) : null;
  const slots = spec !== null && isToConstruct(record, order) ? await openSlots(session, spec) : null;
  const constructing = (): number => slots?.underWay ?? 0;
  const decision = decideClaim({ record, spec, constructing }, order, session.moment);
  if (decision.record !== null) putRecord(session, decision.record, record);
  if (decision.kind === 'claim') slots?.take();
  return { decision, spec };
}

/** Whether it wants a construct slot that it has not. */
const isToConstruct = (record: ResourceRecord | null, { task }: ClaimOrder): boolean =>
  task === 'clean' && record?.work?.phase === 'clean' && record.work.constructingSince === null;
