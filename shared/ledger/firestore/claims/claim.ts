import type { ClaimOrder, ClaimResult } from '../../port.ts';
import type { ResourceRecord, WorkRecord } from '../../records.ts';
import { decideClaim, type ClaimDecision, type ClaimSight } from '../../transitions/claim.ts';
import { wakeOf, withWork } from '../../transitions/work.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import { constructing, slotHolders } from '../queries.ts';
import type { Session } from '../store/session.ts';
import type { Versions } from '../store/store.ts';

export async function claim(parts: LedgerParts, order: ClaimOrder): Promise<ClaimResult> {
  const keep = (versions: Versions, { decision }: Claimed): void => {
    const at = versions.get(`${resources.collection}/${order.name}`);
    if (decision.kind === 'claim' && at !== undefined) parts.held.keep(decision.record, at);
  };
  const claimed = await parts.store.commit((session) => decide(parts, session, order), { onWritten: keep });
  return (await refusedAfterwards(parts, order, claimed)) ?? resultOf(claimed);
}

interface Claimed {
  readonly decision: ClaimDecision;
  readonly sight: ClaimSight;
}

async function decide({ types }: LedgerParts, session: Session, order: ClaimOrder): Promise<Claimed> {
  const record = await session.get(resources, order.name);
  // What is built must have a config by which it can be destroyed: the sweep deletes old ones that no record names.
  const look = order.task === 'clean' ? 'read' : 'get';
  const spec = record === null ? null : await types[look](session, record.type);
  const underWay = isToConstruct(record, order)
    ? await session.count(resources, constructing(record.type))
    : 0;
  const sight = { record, spec, constructing: () => underWay };
  const decision = decideClaim(sight, order, session.moment);
  if (decision.record !== null) putRecord(session, decision.record, record);
  return { decision, sight };
}

/** Whether it wants a construct slot that it has not. */
function isToConstruct(record: ResourceRecord | null, { task }: ClaimOrder): record is WorkRecord {
  return task === 'clean' && record?.work?.phase === 'clean' && record.work.constructingSince === null;
}

function resultOf({ decision, sight: { spec } }: Claimed): ClaimResult {
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refused', reason: decision.reason };
    case 'quarantine':
      return { kind: 'quarantined', record: decision.record };
    case 'restart':
      return { kind: 'restarted', wake: wakeOf(decision.record, 'recycle') };
    case 'claim':
      return spec === null
        ? { kind: 'refused', reason: 'unconfigured' }
        : { kind: 'claimed', record: decision.record, spec };
  }
}

// ---- construct slots

/**
 * Two that claim at once don't see each other before they have written; so whoever took a slot looks again, and of too
 * many the last ones give theirs back. That is cheaper than a document which all of them would have to write.
 */
async function refusedAfterwards(
  parts: LedgerParts,
  order: ClaimOrder,
  { decision, sight }: Claimed,
): Promise<ClaimResult | null> {
  const { record, spec } = sight;
  if (decision.kind !== 'claim' || spec === null || !isToConstruct(record, order)) return null;
  const slots = spec.settings.maxConstructing;
  const { type } = decision.record;
  const isOver = await parts.store.look(async (session) => {
    if ((await session.count(resources, constructing(type))) <= slots) return false;
    const first = await session.find(resources, slotHolders(type, slots));
    return first.every(({ name }) => name !== order.name);
  });
  return isOver ? giveBack(parts, order, { before: record, claimed: decision.record, sight }) : null;
}

async function giveBack(
  { store, held }: LedgerParts,
  order: ClaimOrder,
  run: { readonly before: ClaimSight['record']; readonly claimed: WorkRecord; readonly sight: ClaimSight },
): Promise<ClaimResult> {
  const { claimed, sight } = run;
  const { token } = claimed.work;
  return store.commit(async (session): Promise<ClaimResult> => {
    if (session.attempt === 0) held.recall(session, { name: order.name, token });
    const record = await session.get(resources, order.name);
    const withoutSlot = decideClaim({ ...sight, constructing: () => Infinity }, order, session.moment);
    if (withoutSlot.kind !== 'refuse' || withoutSlot.record === null)
      return { kind: 'refused', reason: 'slots' };
    if (record?.work?.token === token) putRecord(session, withWork(withoutSlot.record, { token }), record);
    return { kind: 'refused', reason: 'slots' };
  });
}
