import { STATE, type ResourceRecord, type Work, type WorkRecord } from '../records.ts';
import type { ClaimOrder, ClaimResult, Refusal } from '../port.ts';
import { isPaused, type TypeRecord } from '../typeRecord.ts';
import { hasWork, wakeOf, withHistory, withWork, type Moment } from './work.ts';
import { restart } from './restart.ts';

/** Claims that may expire in recycle or clean before the record is put into quarantine (a construct that kills its process). */
export const MAX_CRASHES = 10;
/** How long (ms) a paused record rests before it is looked at again: sync's period in the cloud. */
const PAUSED_MS = 60_000;
/** How long (ms) to wait for a construct slot before asking again, should the wake-up of a freed slot be lost. */
const SLOT_WAIT_MS = 60_000;

export type ClaimDecision =
  | { readonly kind: 'claim'; readonly record: WorkRecord; readonly spec: TypeRecord }
  | { readonly kind: 'restart'; readonly record: WorkRecord }
  | { readonly kind: 'quarantine'; readonly record: WorkRecord }
  /** `record`: what the refusal leaves behind; null: nothing is written. */
  | { readonly kind: 'refuse'; readonly reason: Refusal; readonly record: WorkRecord | null };

export interface ClaimSight {
  readonly record: ResourceRecord | null;
  readonly spec: TypeRecord | null;
  /** Members of the type under construction; asked only where it matters. */
  readonly constructing: () => number;
}

/** Whether this order may run now, and what the record becomes by it. */
export function decideClaim(sight: ClaimSight, order: ClaimOrder, moment: Moment): ClaimDecision {
  const { record, spec } = sight;
  if (!hasWork(record)) return refuse('unknown');
  const early = refusalOf(record, order, moment.at);
  if (early !== null) return refuse(early);
  if (spec === null) return refuse('unconfigured');
  if (isPaused(spec))
    return { kind: 'refuse', reason: 'paused', record: putOff(record, moment.at + PAUSED_MS) };

  const crashes = record.work.crashes + (diedInRun(record) ? 1 : 0);
  if (crashes > MAX_CRASHES)
    return { kind: 'quarantine', record: quarantineCrashed({ record, spec, crashes }, moment.at) };
  if (mustRestart(record, spec)) {
    return {
      kind: 'restart',
      record: restartByConfig(record, { spec, graceMs: order.graceMs }, moment),
    };
  }
  if (
    order.task === 'clean' &&
    record.work.constructingSince === null &&
    sight.constructing() >= spec.settings.maxConstructing
  ) {
    return {
      kind: 'refuse',
      reason: 'slots',
      record: withWork(putOff(record, moment.at + SLOT_WAIT_MS), { awaitsSlot: true }),
    };
  }
  return { kind: 'claim', record: claimed({ record, spec, crashes }, order, moment), spec };
}

/** What the caller is told of it, once it is written. */
export const claimResult = (decision: ClaimDecision): ClaimResult =>
  decision.kind === 'claim'
    ? { kind: 'claimed', record: decision.record, spec: decision.spec }
    : turnedAway(decision);

/** The same of one that is no claim. */
export function turnedAway(
  decision: Exclude<ClaimDecision, { kind: 'claim' }>,
): Exclude<ClaimResult, { kind: 'claimed' }> {
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refused', reason: decision.reason };
    case 'quarantine':
      return { kind: 'quarantined', record: decision.record };
    case 'restart':
      return { kind: 'restarted', wake: wakeOf(decision.record, 'recycle') };
  }
}

function refusalOf({ work }: WorkRecord, order: ClaimOrder, at: number): Refusal | null {
  if (work.quarantine !== null) return 'quarantined';
  if (work.phase !== order.task) return 'stale';
  if (order.cycle !== null && order.cycle !== work.cycle) return 'stale';
  if ((work.claimedUntil ?? 0) > at) return 'claimed';
  if (order.cycle !== null && work.notBefore > at) return 'early';
  return null;
}

/**
 * A cycle follows the config it began with; a change sends it back to recycle, unless an attempt at constructing is
 * under way. So a construct that failed by a bad config is tried again with the mended one.
 */
export function mustRestart({ work }: WorkRecord, spec: TypeRecord): boolean {
  if (work.phase !== 'fulfill' && work.phase !== 'clean') return false;
  if (work.constructingSince !== null) return false;
  return spec.removed || work.configHash !== spec.hash;
}

export function restartByConfig(
  record: WorkRecord,
  { spec, graceMs }: { readonly spec: TypeRecord; readonly graceMs: number },
  moment: Moment,
): WorkRecord {
  // What failed by a config that has changed says nothing against the resources that it was tried on.
  const blameless = withWork(record, { failedCycle: null });
  return restart(blameless, { reason: 'its config changed', doomed: spec.removed, graceMs }, moment);
}

const diedInRun = ({ work }: WorkRecord): boolean =>
  work.claimedUntil !== null && work.phase !== 'fulfill' && work.phase !== 'free';

function claimed(from: Claiming, order: ClaimOrder, { at }: Moment): WorkRecord {
  const { record, spec, crashes } = from;
  const { work } = record;
  const until = at + order.holdMs;
  return withWork(record, {
    token: work.token + 1,
    claimedUntil: until,
    dueAt: until,
    crashes,
    awaitsSlot: false,
    ...(order.task === 'recycle' && { doomed: work.doomed || spec.removed, configHash: spec.hash }),
    ...(order.task === 'clean' && {
      constructingSince: constructsSince(work, at),
      awaySince: null,
      builtBy: work.builtBy ?? work.configHash,
    }),
  });
}

/** Moved on by the time in which its Boskos could not be asked. */
function constructsSince({ constructingSince, awaySince }: Work, at: number): number {
  if (constructingSince === null || awaySince === null) return constructingSince ?? at;
  return constructingSince + (at - awaySince);
}

interface Claiming {
  readonly record: WorkRecord;
  readonly spec: TypeRecord;
  readonly crashes: number;
}

function quarantineCrashed({ record, spec, crashes }: Claiming, at: number): WorkRecord {
  const { phase, cycle, failedCycle } = record.work;
  return quarantine(
    withWork(record, { crashes, failedCycle: phase === 'clean' ? cycle : failedCycle }),
    { reason: `its process died ${crashes} times in phase ${phase ?? ''}`, spec },
    at,
  );
}

/** Sets the record aside for a person: nothing runs it, and its leases stay for a while. */
export function quarantine(
  record: WorkRecord,
  { reason, spec }: { readonly reason: string; readonly spec: TypeRecord },
  at: number,
): WorkRecord {
  const keepUntil = record.work.leases.length === 0 ? null : at + spec.settings.quarantineHoldMs;
  const set = withWork(
    { ...record, state: STATE.quarantined, lastUpdate: at },
    {
      claimedUntil: null,
      dueAt: null,
      notBefore: 0,
      constructingSince: null,
      awaitsSlot: false,
      queue: null,
      quarantine: { at, reason, keepUntil, suspect: false },
    },
  );
  return withHistory(set, at, `quarantined: ${reason}`);
}

/** A claim that expired stays to be seen, so that its crash is counted by the next one. */
const putOff = (record: WorkRecord, dueAt: number): WorkRecord => withWork(record, { dueAt });
const refuse = (reason: Refusal): ClaimDecision => ({ kind: 'refuse', reason, record: null });
