import { STATE, type ResourceRecord } from '../ledger/records.ts';
import { isLeaving } from '../ledger/transitions/pool.ts';
import { isBuilt } from '../ledger/transitions/work.ts';
import type { TypeRecord } from '../ledger/typeRecord.ts';
import type { MemberStep } from './plan.ts';
import { waitsFor } from './waitsFor.ts';

export interface Member {
  /** As it is now; null: it is not there. */
  readonly before: ResourceRecord | null;
  /** As the next sync leaves it; null: it is gone. */
  readonly after: ResourceRecord | null;
  /** Of its type, by the new config. */
  readonly spec: TypeRecord;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What becomes of one member; null: nothing, or it is under way already. */
export function stepOf(member: Member): MemberStep | null {
  const { before, after } = member;
  if (before === null) return after === null ? null : { name: after.name, step: 'create', waitsFor: null };
  const { name } = before;
  if (after === null)
    return before.state === STATE.tombstone ? null : { name, step: 'delete', waitsFor: null };
  if (isLeaving(before)) return null;
  if (isLeaving(after)) return { name, step: 'drain', waitsFor: null };
  if (before.state === STATE.free && after.state !== STATE.free)
    return { name, step: whyTaken(before, member.spec), waitsFor: null };
  return laterStep(before, member);
}

function whyTaken(before: ResourceRecord, { managed }: TypeRecord): 'build' | 'rebuild' | 'clean' {
  if (!managed) return 'clean';
  return before.work?.builtBy == null ? 'build' : 'rebuild';
}

function laterStep(before: ResourceRecord, { spec, at }: Member): MemberStep | null {
  const { name } = before;
  const later = (step: MemberStep['step']): MemberStep => ({
    name,
    step,
    waitsFor: waitsFor(before, spec, at),
  });
  if (isUnwanted(before, spec)) return later('drain');
  if (spec.managed && isOutdated(before, spec)) return later('rebuild');
  if (!spec.managed && isBuilt(before)) return later('clean');
  return null;
}

const isUnwanted = ({ name }: ResourceRecord, { removed, size }: TypeRecord): boolean =>
  removed || (size.kind === 'static' && !size.names.includes(name));

/** In recycle what was built is on its way out anyway, and so it is before the next construct begins. */
function isOutdated({ work, state }: ResourceRecord, { hash }: TypeRecord): boolean {
  if (work?.builtBy == null || work.builtBy === hash) return false;
  return work.phase !== 'recycle' && work.phase !== 'fulfill' && !GONE_ROUND.includes(state);
}

/** They are built anew whatever the config says. */
const GONE_ROUND: readonly string[] = [STATE.dirty, STATE.toBeDeleted, STATE.tombstone];
