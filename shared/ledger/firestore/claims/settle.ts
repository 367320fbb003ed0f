import type { Fence, Settled, Settlement } from '../../port.ts';
import { settle as settleRecord } from '../../transitions/settle.ts';
import { fenced, leasedBy, type LedgerParts } from '../ledgerParts.ts';
import { configOf } from './configOf.ts';
import { settledBy } from './settledBy.ts';
import { fulfil } from './fulfil.ts';

export function settle(parts: LedgerParts, fence: Fence, settlement: Settlement): Promise<Settled> {
  return parts.store.commit(async (session): Promise<Settled> => {
    const record = await fenced(parts, session, fence);
    // Who begins to wait by an old config would be passed over by the matcher.
    const isFresh = settlement.kind === 'waiting';
    const spec = record === null ? null : await configOf(parts, session, { record, isFresh });
    if (record?.work.claimedUntil == null || spec === null) return { kind: 'lost' };
    if (settlement.kind === 'fulfilled')
      return fulfil(parts, session, { record, spec, graceMs: settlement.graceMs });
    const touchesLeases = settlement.kind === 'recycled' || settlement.kind === 'freed';
    const leased = touchesLeases ? await leasedBy(session, record) : [];
    const change = settleRecord({ record, leased, spec }, settlement, session.moment);
    return settledBy(session, change, [record, ...leased]);
  });
}
