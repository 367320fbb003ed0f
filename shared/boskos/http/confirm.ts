import type { UserData, WorkRecord } from '../../ledger/records.ts';
import type { Confirmed } from '../port.ts';
import { atOnce } from './atOnce.ts';
import { heldLeases, isLeased } from './heldLeases.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';
import { tellOf } from './tell.ts';

/** See Boskos.confirm. */
export async function confirm(parts: HttpParts, record: WorkRecord): Promise<Confirmed> {
  if (!(await isOurs(parts, record))) return { kind: 'disowned' };
  const { phase } = record.work;
  if (phase === 'recycle') {
    const leases = await heldLeases(parts, record);
    return { kind: 'ours', record: { ...record, work: { ...record.work, leases } } };
  }
  return phase === 'clean' && !(await hasAll(parts, record))
    ? restart(parts, record)
    : { kind: 'ours', record };
}

/**
 * Whether the server still counts the resource as ours. If not, it was reset, or freed by a run that died: somebody may
 * have it by now, so it is let go and nothing is done with it.
 *
 * @param userData what is told with it; an empty text deletes its key
 */
export async function isOurs(
  parts: HttpParts,
  { name, loan, work }: WorkRecord,
  userData: UserData = {},
): Promise<boolean> {
  const { client, ledger } = parts;
  if (loan !== null) {
    const update = { name, state: loan.state, owner: loan.owner, userData };
    const answer = await sure(parts, await client.update(update));
    if (answer === 'done') return true;
  }
  const told = await ledger.loans.disown({ name, token: work.token });
  if (told !== null) await tellOf(parts, told);
  return false;
}

async function hasAll(parts: HttpParts, { name, work }: WorkRecord): Promise<boolean> {
  const leased = await atOnce(work.leases, (lease) => isLeased(parts, name, lease));
  return leased.every(Boolean);
}

/** Nothing is to be built of what somebody else may have: where a lease is lost, it goes back to recycle. */
async function restart({ ledger, graceMs }: HttpParts, { name, work }: WorkRecord): Promise<Confirmed> {
  // Parking is what finds a lease missing; the loan of that one is over by now.
  const settled = await ledger.claims.settle({ name, token: work.token }, { kind: 'freed', graceMs });
  return settled.kind === 'settled' ? { kind: 'restarted', settled } : { kind: 'lost' };
}

/** The record that the run has claimed; null: another run has it by now. */
export async function claimedBy(
  { ledger }: Pick<HttpParts, 'ledger'>,
  { name, token }: { readonly name: string; readonly token: number },
): Promise<WorkRecord | null> {
  const record = await ledger.views.record(name);
  return record?.work?.token === token ? { ...record, work: record.work } : null;
}
