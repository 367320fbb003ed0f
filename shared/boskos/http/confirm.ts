import type { UserData, WorkRecord } from '../../ledger/records.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';
import { tellOf } from './tell.ts';

/**
 * Whether the server still counts the resource as ours. If not, it was reset, or freed by a run that died: somebody may
 * have it by now, so it is let go and nothing is done with it.
 *
 * @param userData what is told with it; an empty text deletes its key
 */
export async function confirm(
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

/** The record that the run has claimed; null: another run has it by now. */
export async function claimedBy(
  { ledger }: Pick<HttpParts, 'ledger'>,
  { name, token }: { readonly name: string; readonly token: number },
): Promise<WorkRecord | null> {
  const record = await ledger.views.record(name);
  return record?.work?.token === token ? { ...record, work: record.work } : null;
}
