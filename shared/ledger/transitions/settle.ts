import { LEASED_RESOURCES, STATE, type Task, type WorkRecord } from '../records.ts';
import type { Settlement } from '../port.ts';
import type { Change, SettleSight } from './change.ts';
import { mustRestart, quarantine, restartByConfig } from './claim.ts';
import { finish } from './finish.ts';
import { park } from './park.ts';
import { returnLeases } from './returnLeases.ts';
import { AT_REST, wakeOf, withHistory, withWork, type Moment } from './work.ts';

/** Every settlement but `fulfilled`, which needs supply (see grant.ts). */
export type PlainSettlement = Exclude<Settlement, { kind: 'fulfilled' }>;

/** @returns what the claimed record and its leases become by this end of a run. */
export function settle(sight: SettleSight, settlement: PlainSettlement, moment: Moment): Change {
  const { record } = sight;
  switch (settlement.kind) {
    case 'recycled':
      return recycled(sight, settlement.graceMs, moment);
    case 'waiting':
      return wait(sight, settlement, moment);
    case 'constructed': {
      const userData = { ...settlement.userData, ...leasedNames(record) };
      return onward({ ...record, userData }, { to: 'free', graceMs: settlement.graceMs }, moment);
    }
    case 'freed':
      return park(sight, settlement.graceMs, moment);
    case 'cleaned':
      return cleaned(sight, moment);
    case 'notYet':
      return alone(later(record, settlement, moment));
    case 'deferred':
      return alone(deferred(record, settlement, moment));
    case 'failed':
      return alone(failed(sight, settlement, moment));
  }
}

function recycled({ record, leased, spec }: SettleSight, graceMs: number, moment: Moment): Change {
  const returned = returnLeases(record, { leased, spec }, moment);
  const emptied = withWork({ ...record, userData: {} }, { leases: [], builtBy: null });
  if (record.work.doomed) return { puts: [ended(emptied, moment), ...returned], wakes: [], yields: [] };
  if (!spec.managed) {
    // Its type needs nothing built any more: what is left is a physical resource.
    const plain = finish(emptied, { state: STATE.dirty, lifespanMs: null, what: 'recycle done' }, moment);
    return { puts: [plain, ...returned], wakes: [], yields: [] };
  }
  const next = onward(emptied, { to: 'fulfill', graceMs }, moment);
  return { puts: [next.puts[0], ...returned], wakes: next.wakes, yields: [] };
}

/** Mason's work with a doomed resource is over; what is left of it is dropped by the next look at its pool. */
const ended = (record: WorkRecord, moment: Moment): WorkRecord =>
  finish(record, { state: STATE.tombstone, lifespanMs: null, what: 'ended' }, moment);

function cleaned({ record, spec }: SettleSight, moment: Moment): Change {
  if (record.work.doomed) return alone(ended(record, moment));
  // Its type became a virtual one meanwhile: clean is not built.
  const state = spec.managed ? STATE.dirty : STATE.free;
  const clean = finish(record, { state, lifespanMs: spec.lifespanMs, what: 'cleaned' }, moment);
  return { puts: [clean], wakes: [], yields: clean.state === STATE.free ? [clean.type] : [] };
}

export function onward(
  record: WorkRecord,
  way: { readonly to: Task; readonly graceMs: number },
  { at }: Moment,
): Change {
  const moved = withWork(
    { ...record, lastUpdate: at },
    { ...AT_REST, phase: way.to, dueAt: at + way.graceMs },
  );
  const told = withHistory(moved, at, `${record.work.phase ?? ''} done`);
  return { puts: [told], wakes: [wakeOf(told, way.to)], yields: [] };
}

/** By an old config nobody waits: the matcher passes over such a one, and its cycle begins again in any case. */
function wait(
  { record, spec }: SettleSight,
  how: Extract<Settlement, { kind: 'waiting' }>,
  moment: Moment,
): Change {
  if (mustRestart(record, spec)) {
    const again = restartByConfig(record, { spec, graceMs: 0 }, moment);
    return { puts: [again], wakes: [wakeOf(again, 'recycle')], yields: [] };
  }
  const { at } = moment;
  const queue = record.work.queue ?? { since: at, patienceMs: how.patienceMs };
  return alone(withWork(record, { claimedUntil: null, dueAt: at + how.dueInMs, queue }));
}

function later(record: WorkRecord, how: Extract<Settlement, { kind: 'notYet' }>, { at }: Moment): WorkRecord {
  const again = at + how.againInMs;
  return withWork(record, { claimedUntil: null, dueAt: again, notBefore: again, checkpoint: how.checkpoint });
}

/** What this claim was to begin has not begun: its config may change, and its slot is another's. */
function deferred(
  record: WorkRecord,
  { againInMs, awaySince }: Extract<Settlement, { kind: 'deferred' }>,
  moment: Moment,
): WorkRecord {
  const { checkpoint, constructingSince } = record.work;
  const resting = later(record, { kind: 'notYet', checkpoint, againInMs }, moment);
  // Of one millisecond: the time of the claim is told by its end, and sums of fractions are rounded.
  const isBegun = constructingSince !== null && (awaySince === null || awaySince - constructingSince >= 1);
  return isBegun
    ? withWork(resting, { awaySince: awaySince ?? moment.at })
    : withWork(resting, { constructingSince: null });
}

function failed(
  { record, spec }: SettleSight,
  how: Extract<Settlement, { kind: 'failed' }>,
  { at }: Moment,
): WorkRecord {
  const { work } = record;
  const phase = work.phase ?? 'recycle';
  const counted = withWork(record, {
    claimedUntil: null,
    attempts: work.attempts + 1,
    constructingSince: null,
    checkpoint: null,
    failedCycle: phase === 'clean' ? work.cycle : work.failedCycle,
    lastError: { at, phase, message: how.message },
  });
  if (how.retryInMs === null) {
    const reason = `${phase} failed ${work.attempts + 1} times, the last time so: ${how.message}`;
    return quarantine(counted, { reason, spec }, at);
  }
  const again = at + how.retryInMs;
  return withHistory(
    withWork(counted, { dueAt: again, notBefore: again }),
    at,
    `${phase} failed: ${how.message}`,
  );
}

function leasedNames(record: WorkRecord): Record<string, string> {
  const names = record.userData[LEASED_RESOURCES];
  return names === undefined ? {} : { [LEASED_RESOURCES]: names };
}

const alone = (record: WorkRecord): Change => ({ puts: [record], wakes: [], yields: [] });
