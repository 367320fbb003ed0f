import { STATE, type Lease, type WorkRecord } from '../../ledger/records.ts';
import { askEach } from './ask.ts';
import { atOnce } from './atOnce.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';

/**
 * Of what the record says that the resource leases, what it still has on the server: leased by us for it, or parked under
 * its name. What its user has released, or a reaper reset, somebody else may have by now.
 */
export async function heldLeases(parts: HttpParts, { name, work }: WorkRecord): Promise<readonly Lease[]> {
  const held = await atOnce(work.leases, async (lease) =>
    (await isLeased(parts, name, lease)) || (await isParked(parts, name, lease)) ? [lease] : [],
  );
  return held.flat();
}

/** @returns false, and the loan is over, if the server no longer counts it as ours */
export async function isLeased(parts: HttpParts, holder: string, { name }: Lease): Promise<boolean> {
  const { client, ledger } = parts;
  const record = await ledger.views.record(name);
  if (record?.loan == null || record.heldBy !== holder) return false;
  const { owner, state } = record.loan;
  if ((await sure(parts, await client.update({ name, state, owner }))) === 'done') return true;
  await ledger.loans.end([{ name, owner }]);
  return false;
}

/** Only who takes a parked one learns that it is there. It is put back at once. */
async function isParked(parts: HttpParts, holder: string, { type, name }: Lease): Promise<boolean> {
  // If we die before it is back, a reaper finds it: it looks at no state that is a name.
  const ask = { type, name, state: holder, dest: STATE.leased, kind: 'stock', task: null } as const;
  const found = await askEach(parts, [{ ...ask, reason: `parked for ${holder}` }], async (lent) => {
    await atOnce(lent, ({ owner }) => parts.client.release({ name, dest: holder, owner }));
  });
  return found.length > 0;
}
