import { STATE, type ResourceRecord, type Work } from '../ledger/records.ts';
import { isClaimed } from '../ledger/transitions/work.ts';
import { isPaused, type TypeRecord } from '../ledger/typeRecord.ts';

/** What stands in the way of a member's going, or of its being built anew, in words for people. */
export function waitsFor(record: ResourceRecord, spec: TypeRecord, at: number): string {
  const { hold, heldBy, owner, loan, work } = record;
  if (hold !== null) return `a person holds it until ${new Date(hold.until).toISOString()}`;
  if (heldBy !== null)
    return heldBy === record.state ? `it is parked for ${heldBy}` : `${heldBy} is being made of it`;
  if (work?.phase != null) return workOf(work, isClaimed(record, at));
  if (owner !== '') return `${owner} uses it (${record.state})`;
  if (loan !== null) return 'the server that lends it has to be told first';
  if (isPaused(spec)) return 'its type is paused';
  if (record.state === STATE.free) return 'the pool has none to spare until others are free';
  return `it is ${record.state}`;
}

function workOf({ quarantine, phase }: Work, isClaimedNow: boolean): string {
  if (quarantine !== null) return 'it is in quarantine';
  return isClaimedNow ? `its ${phase ?? 'work'} is under way` : `it is due for ${phase ?? 'nothing'}`;
}
