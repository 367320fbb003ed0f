import type { Fence, Settled } from '../../ledger/port.ts';
import type { WorkRecord } from '../../ledger/records.ts';
import { isPhysical } from '../../ledger/typeRecord.ts';
import { claimedBy, isOurs } from './confirm.ts';
import { giveBackParked } from './giveBackParked.ts';
import type { HttpParts } from './parts.ts';
import { tellOf } from './tell.ts';

/**
 * recycle: clears the user data on the server, gives back what is parked under the resource's name, then what it leases.
 * What its user has released already is parked no more, and passed over.
 */
export async function returnLeases(parts: HttpParts, run: Fence): Promise<Settled> {
  const { ledger, graceMs } = parts;
  const record = await claimedBy(parts, run);
  if (record === null) return { kind: 'lost' };
  const cleared = Object.fromEntries(Object.keys(record.userData).map((key) => [key, '']));
  if (!(await isOurs(parts, record, cleared))) return { kind: 'lost' };
  const mayGoOn = async (): Promise<boolean> => (await claimedBy(parts, run)) !== null;
  for (const type of await typesOf(parts, record))
    await giveBackParked(parts, { type, parkedFor: record.name, mayGoOn });
  const leased = record.work.leases.map(({ name }) => name);
  const settled = await ledger.claims.settle(run, { kind: 'recycled', graceMs });
  if (settled.kind === 'settled') await tellOf(parts, [...leased, record.name]);
  return settled;
}

/** Whatever it may hold something of: another config, or another Mason, may have built it of other types than this one would. */
async function typesOf({ ledger }: HttpParts, { work }: WorkRecord): Promise<readonly string[]> {
  const types = await ledger.configs.types();
  const physical = types.filter((spec) => isPhysical(spec) && !spec.removed).map(({ type }) => type);
  return [...new Set([...work.leases.map((lease) => lease.type), ...physical])];
}
