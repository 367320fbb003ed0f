import type { EndedHold, ReleaseResult } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { endDueHold, endedHold, releaseHeld, type HoldEnd, type HoldSight } from '../../transitions/holds.ts';
import { resources } from '../documents/resource.ts';
import { leasedBy, putRecord, type LedgerParts } from '../ledgerParts.ts';
import { holdEndsBy } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** Holds that are ended in one commit, each with its leases. */
const AT_ONCE = 20;

export function release(
  parts: LedgerParts,
  name: string,
  order: Parameters<typeof releaseHeld>[1],
): Promise<ReleaseResult> {
  return parts.store.commit(async (session): Promise<ReleaseResult> => {
    const record = await session.get(resources, name);
    const sight = record === null ? null : await sightOf(parts, session, record);
    const end = releaseHeld(sight, order, session.moment);
    if (sight === null || typeof end === 'string')
      return { kind: 'refused', reason: typeof end === 'string' ? end : 'unknown' };
    return { kind: 'released', ...write(session, end, sight) };
  });
}

export function endDue(parts: LedgerParts, limit: number): Promise<readonly EndedHold[]> {
  return parts.store.commit(async (session) => {
    const { at } = session.moment;
    const due = await session.find(resources, holdEndsBy(at, Math.min(limit, AT_ONCE)));
    const ended: EndedHold[] = [];
    for (const record of due) {
      const sight = await sightOf(parts, session, record);
      const end = endDueHold(sight, session.moment);
      if (end !== null) ended.push(write(session, end, sight));
    }
    return ended;
  });
}

async function sightOf({ types }: LedgerParts, session: Session, record: ResourceRecord): Promise<HoldSight> {
  const spec = await types.get(session, record.type);
  return { record, spec, leased: await leasedBy(session, record) };
}

function write(session: Session, end: HoldEnd, { record, leased }: HoldSight): EndedHold {
  const before = new Map([record, ...leased].map((one) => [one.name, one]));
  for (const put of end.puts) putRecord(session, put, before.get(put.name) ?? null);
  return endedHold(end);
}
