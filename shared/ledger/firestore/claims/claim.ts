import type { ClaimOrder, ClaimResult } from '../../port.ts';
import { claimResult } from '../../transitions/claim.ts';
import { resources } from '../documents/resource.ts';
import { putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';
import type { Versions } from '../store/store.ts';
import { decide, type Decided } from './decide.ts';
import { hasFreeSlot } from './slots.ts';

/** Tries where each time a slot became free just when all were found taken. */
const MAX_SLOT_TRIES = 5;

export async function claim(parts: LedgerParts, order: ClaimOrder): Promise<ClaimResult> {
  const keep = (versions: Versions, { decision }: Decided): void => {
    const at = versions.get(`${resources.collection}/${order.name}`);
    if (decision.kind === 'claim' && at !== undefined) parts.held.keep(decision.record, at);
  };
  for (let tries = 1; ; tries += 1) {
    const claimed = await parts.store.commit((session) => claimOnce(parts, session, order), {
      onWritten: keep,
    });
    const { decision, spec } = claimed;
    const isShort = decision.kind === 'refuse' && decision.reason === 'slots' && spec !== null;
    // It is written down now that it waits: whoever gives a slot back sees that, or has done so before this look.
    if (!isShort || tries === MAX_SLOT_TRIES || !(await hasFreeSlot(parts, spec)))
      return claimResult(decision);
  }
}

async function claimOnce(parts: LedgerParts, session: Session, order: ClaimOrder): Promise<Decided> {
  const decided = await decide(parts, session, order);
  const { decision, before } = decided;
  if (decision.record !== null) putRecord(session, decision.record, before);
  return decided;
}
