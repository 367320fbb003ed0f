import type { Fence, Settled } from '../../ledger/port.ts';
import { STATE, type ResourceRecord } from '../../ledger/records.ts';
import { atOnce } from './atOnce.ts';
import { claimedBy, isOurs } from './confirm.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';
import { tellOf } from './tell.ts';

/**
 * free: tells the server the user data, parks each lease there, then frees the resource here and there. So whoever gets it
 * finds all that belongs to it. A lease that the server no longer counts as ours sends it back to recycle.
 */
export async function parkAndFree(parts: HttpParts, run: Fence): Promise<Settled> {
  const { ledger, graceMs } = parts;
  const record = await claimedBy(parts, run);
  if (record === null) return { kind: 'lost' };
  if (!(await isOurs(parts, record, record.userData))) return { kind: 'lost' };
  const names = record.work.leases.map(({ name }) => name);
  const leases = await Promise.all(names.map((name) => ledger.views.record(name)));
  await atOnce(
    leases.filter((lease) => lease !== null),
    (lease) => park(parts, lease, record.name),
  );
  const settled = await ledger.claims.settle(run, { kind: 'freed', graceMs });
  if (settled.kind !== 'settled') return settled;
  await endParked(parts, leases);
  await tellOf(parts, [record.name]);
  return settled;
}

/**
 * Releases the lease in the state that is the virtual resource's name. Refused, it was parked by an earlier run whose reply
 * was lost, or the server has taken it back: the one tells itself by its state.
 */
async function park(parts: HttpParts, { name, loan }: ResourceRecord, parkFor: string): Promise<void> {
  if (loan === null) return;
  const { client, ledger } = parts;
  const { owner } = loan;
  if ((await sure(parts, await client.release({ name, dest: parkFor, owner }))) === 'done') return;
  const again = await client.acquireByState({ state: parkFor, dest: STATE.leased, owner, name });
  if (again === null) await ledger.loans.end([{ name, owner }]);
  else await client.release({ name, dest: parkFor, owner });
}

/** They were parked before the commit, so there is nothing left to tell of them. */
async function endParked({ ledger }: HttpParts, leases: readonly (ResourceRecord | null)[]): Promise<void> {
  const over = leases.flatMap((lease) =>
    lease?.loan == null ? [] : [{ name: lease.name, owner: lease.loan.owner }],
  );
  if (over.length > 0) await ledger.loans.end(over);
}
