import type { Fence, Settled } from '../../ledger/port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../../ledger/records.ts';
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
  const leases = await leasesOf(parts, record);
  await atOnce(leases, (lease) => park(parts, run, lease));
  const settled = await ledger.claims.settle(run, { kind: 'freed', graceMs });
  if (settled.kind !== 'settled') return settled;
  await endParked(parts, leases);
  await tellOf(parts, [record.name]);
  return settled;
}

/** Those that it still has: one that was lost and lent again is another's by now, and so is its loan. */
async function leasesOf({ ledger }: HttpParts, { name, work }: WorkRecord): Promise<ResourceRecord[]> {
  const records = await Promise.all(work.leases.map((lease) => ledger.views.record(lease.name)));
  return records.filter((record) => record !== null).filter(({ heldBy }) => heldBy === name);
}

/**
 * Releases the lease in the state that is the virtual resource's name. Refused, it was parked by an earlier call whose reply
 * was lost, or the server has taken it back: the one tells itself by its state. What was found parked is parked again, and
 * that may be refused again: only the server's word counts. Who was overtaken takes nothing that his successor has parked.
 */
async function park(parts: HttpParts, run: Fence, { name, loan }: ResourceRecord): Promise<void> {
  if (loan === null) return;
  const { client, ledger } = parts;
  const { owner } = loan;
  while ((await sure(parts, await client.release({ name, dest: run.name, owner }))) !== 'done') {
    if ((await claimedBy(parts, run)) === null) return;
    const asked = { state: run.name, dest: STATE.leased, owner, name };
    if ((await client.acquireByState(asked)) !== null) continue;
    await ledger.loans.end([{ name, owner }]);
    return;
  }
}

/** They were parked before the commit, so there is nothing left to tell of them. */
async function endParked({ ledger }: HttpParts, leases: readonly ResourceRecord[]): Promise<void> {
  const over = leases.flatMap(({ name, loan }) => (loan === null ? [] : [{ name, owner: loan.owner }]));
  if (over.length > 0) await ledger.loans.end(over);
}
