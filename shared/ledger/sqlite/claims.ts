import type {
  Claims,
  ClaimOrder,
  ClaimResult,
  EndAtOnce,
  Fence,
  RunAtOnce,
  Settled,
  Settlement,
  Wake,
  WrittenEnd,
} from '../port.ts';
import { settled, type Change } from '../transitions/change.ts';
import { claimResult, decideClaim, turnedAway, type ClaimDecision } from '../transitions/claim.ts';
import { retryQuarantined } from '../transitions/retry.ts';
import { settle } from '../transitions/settle.ts';
import { hasWork, wakeOf, wakesOf, withWork, type Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { fulfil, type Fulfilling } from './queue.ts';
import { fenced, putRecord, putRecords, readLeased, readRecord, selectRecords } from './rows.ts';

export function claims(database: Database): Claims {
  return {
    claim: (order) => database.transact((moment) => claim(database, order, moment)),
    claimAndSettle: (order, end) =>
      database.transact((moment) => claimAndSettle(database, { ...order, end }, moment)),
    renew: (fence, holdMs) => database.transact(({ at }) => renew(database, fence, at + holdMs)),
    settle: (fence, settlement) =>
      database.transact((moment) => settleRun(database, { fence, settlement }, moment)),
    nextForSlot: (type) => database.transact(() => nextForSlot(database, type)),
    takeDue: (limit, graceMs) => database.transact(({ at }) => takeDue(database, { limit, graceMs, at })),
    unclaimed: () => database.read((at) => unclaimed(database, at)),
    retry: (name, graceMs, by) =>
      database.transact((moment) => retry(database, { name, graceMs, by }, moment)),
  };
}

function claim(database: Database, order: ClaimOrder, moment: Moment): ClaimResult {
  const decision = decide(database, order, moment);
  if (decision.record !== null) putRecord(database, decision.record);
  return claimResult(decision);
}

function decide(database: Database, order: ClaimOrder, moment: Moment): ClaimDecision {
  const record = readRecord(database, order.name);
  const spec = record === null ? null : readType(database, record.type);
  const constructing = (): number => countConstructing(database, record?.type ?? '');
  return decideClaim({ record, spec, constructing }, order, moment);
}

function claimAndSettle(
  database: Database,
  { end, ...order }: ClaimOrder & { readonly end: EndAtOnce },
  moment: Moment,
): RunAtOnce {
  const decision = decide(database, order, moment);
  if (decision.kind === 'claim') {
    const { record, spec } = decision;
    const run = { record, spec, graceMs: order.graceMs, end };
    return { kind: 'settled', record, spec, settled: settleAtOnce(database, run, moment) };
  }
  if (decision.record !== null) putRecord(database, decision.record);
  return turnedAway(decision);
}

function settleAtOnce(
  database: Database,
  run: Fulfilling & { readonly end: EndAtOnce },
  moment: Moment,
): WrittenEnd {
  const { record, spec, graceMs, end } = run;
  if (end.kind === 'freed') {
    const leased = readLeased(database, record);
    return write(database, settle({ record, leased, spec }, { kind: 'freed', graceMs }, moment));
  }
  const fulfilled = fulfil(database, run, moment);
  if (fulfilled.kind === 'settled') return fulfilled;
  const { patienceMs } = spec.settings;
  const waiting = { kind: 'waiting', dueInMs: end.waitMs, patienceMs } as const;
  return write(database, settle({ record, leased: [], spec }, waiting, moment));
}

function write(database: Database, change: Change): WrittenEnd {
  putRecords(database, change.puts);
  return settled(change);
}

const countConstructing = (database: Database, type: string): number =>
  database.count(
    `SELECT count(*) AS n FROM resources INDEXED BY resources_slot WHERE type = ? AND slot = 'held'`,
    type,
  );

function renew(database: Database, fence: Fence, until: number): boolean {
  const record = fenced(database, fence);
  if (record?.work.claimedUntil == null) return false;
  putRecord(database, withWork(record, { claimedUntil: until, dueAt: until }));
  return true;
}

function settleRun(
  database: Database,
  end: { fence: Fence; settlement: Settlement },
  moment: Moment,
): Settled {
  const record = fenced(database, end.fence);
  const spec = record === null ? null : readType(database, record.type);
  if (record?.work.claimedUntil == null || spec === null) return { kind: 'lost' };
  if (end.settlement.kind === 'fulfilled')
    return fulfil(database, { record, spec, graceMs: end.settlement.graceMs }, moment);
  const leased = readLeased(database, record);
  return write(database, settle({ record, leased, spec }, end.settlement, moment));
}

/** Who came to this phase first: neither a refusal nor a failed attempt changes `last_update`. */
function nextForSlot(database: Database, type: string): Wake | null {
  const spec = readType(database, type);
  if (spec === null || countConstructing(database, type) >= spec.settings.maxConstructing) return null;
  const [record = null] = selectRecords(
    database,
    `INDEXED BY resources_slot WHERE type = ? AND slot = 'awaited' ORDER BY last_update LIMIT 1`,
    type,
  );
  if (!hasWork(record)) return null;
  putRecord(database, withWork(record, { awaitsSlot: false }));
  return wakeOf(record, 'clean');
}

function takeDue(database: Database, order: { limit: number; graceMs: number; at: number }): Wake[] {
  const due = selectRecords(
    database,
    'INDEXED BY resources_due WHERE due_at <= ? ORDER BY due_at LIMIT ?',
    order.at,
    order.limit,
  ).filter(hasWork);
  for (const record of due) putRecord(database, withWork(record, { dueAt: order.at + order.graceMs }));
  return due.flatMap(wakesOf);
}

function unclaimed(database: Database, at: number): Wake[] {
  return selectRecords(
    database,
    'INDEXED BY resources_due WHERE due_at IS NOT NULL AND coalesce(claimed_until, 0) <= ? ORDER BY due_at',
    at,
  )
    .filter(hasWork)
    .flatMap(wakesOf);
}

function retry(
  database: Database,
  { name, ...order }: { name: string; graceMs: number; by: string | undefined },
  moment: Moment,
): Wake | null {
  const again = retryQuarantined(readRecord(database, name), order, moment);
  if (again === null) return null;
  putRecord(database, again.record);
  return wakeOf(again.record, again.task);
}
