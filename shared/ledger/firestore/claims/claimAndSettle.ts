import type { ClaimOrder, EndAtOnce, RunAtOnce, WrittenEnd } from '../../port.ts';
import { turnedAway } from '../../transitions/claim.ts';
import { settle } from '../../transitions/settle.ts';
import { leasedBy, putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';
import { configOf } from './configOf.ts';
import { decide } from './decide.ts';
import { fulfil, type Fulfilling } from './fulfil.ts';
import { settledBy } from './settledBy.ts';

export function claimAndSettle(parts: LedgerParts, order: ClaimOrder, end: EndAtOnce): Promise<RunAtOnce> {
  return parts.store.commit(async (session): Promise<RunAtOnce> => {
    const { decision, before } = await decide(parts, session, order);
    if (decision.kind === 'claim') {
      const { record, spec } = decision;
      const settled = await settleAtOnce(parts, session, { record, spec, graceMs: order.graceMs, end });
      return settled === null
        ? { kind: 'refused', reason: 'unconfigured' }
        : { kind: 'settled', record, spec, settled };
    }
    if (decision.record !== null) putRecord(session, decision.record, before);
    return turnedAway(decision);
  });
}

/** @returns null: its type has no config any more */
async function settleAtOnce(
  parts: LedgerParts,
  session: Session,
  run: Fulfilling & { readonly end: EndAtOnce },
): Promise<WrittenEnd | null> {
  const { record, spec, graceMs, end } = run;
  if (end.kind === 'freed') {
    const leased = await leasedBy(session, record);
    const change = settle({ record, leased, spec }, { kind: 'freed', graceMs }, session.moment);
    return settledBy(session, change, [record, ...leased]);
  }
  const fulfilled = await fulfil(parts, session, run);
  if (fulfilled.kind === 'settled') return fulfilled;
  // Who begins to wait by an old config would be passed over by the matcher.
  const present = await configOf(parts, session, { record, isFresh: true });
  if (present === null) return null;
  const { patienceMs } = present.settings;
  const waiting = { kind: 'waiting', dueInMs: end.waitMs, patienceMs } as const;
  return settledBy(session, settle({ record, leased: [], spec: present }, waiting, session.moment), [record]);
}
