import type { GivenBack, NamedTake, Pools, SizeChange, TakeOrder, Wake } from '../port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import { orderRefusal } from '../transitions/order.ts';
import { REAPED_STATES } from '../transitions/states.ts';
import { SHELF } from '../transitions/shelf.ts';
import {
  takeBy,
  takeGivenBack,
  takeOne,
  takesForJanitor,
  takesForRecycle,
  type Takes,
} from '../transitions/takes.ts';
import { wakeOf, wakesOf, type Moment } from '../transitions/work.ts';
import { isPaused } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { takeInOrphans } from './orphans.ts';
import { reap } from './reap.ts';
import { countReady, hoarding, rebuildsAllowed } from './rebuilds.ts';
import { putRecord, putRecords, readRecord, selectRecords } from './rows.ts';
import { keepSize } from './size.ts';

export function pools(database: Database): Pools {
  return {
    keepSize: (type, names) =>
      database.transact((moment): SizeChange => {
        const spec = readType(database, type);
        return spec === null
          ? { made: [], dropped: [], doomed: [] }
          : keepSize({ database, spec, names, moment });
      }),
    ready: (type) => database.read((at) => ({ at, members: countReady(database, type) })),
    expire: (type) => database.transact((moment) => expire(database, type, moment)),
    takeDirty: (order) =>
      database.transact((moment) => {
        const takes = takesForRecycle(readType(database, order.type));
        return takeShelved(database, { order, takes }, moment);
      }),
    takeForJanitor: (order) =>
      database.transact((moment) => {
        const takes = takesForJanitor(readType(database, order.type));
        return takeShelved(database, { order, takes }, moment);
      }),
    takeGivenBack: (given, order) =>
      database.transact((moment) => given.flatMap((one) => takeUp(database, { given: one, order }, moment))),
    takeOutdated: (order) => database.transact((moment) => takeOutdated(database, order, moment)),
    takeNamed: (name, orderedAt, order) =>
      database.transact((moment) => takeNamed(database, { name, orderedAt, ...order }, moment)),
    reap: (type, leaseExpiryMs, states = REAPED_STATES) =>
      database.transact((moment) => reap(database, { type, by: { leaseExpiryMs, states } }, moment)),
    takeInOrphans: (limit) => database.transact((moment) => takeInOrphans(database, limit, moment)),
  };
}

function expire(database: Database, type: string, { at }: Moment): string[] {
  const over = selectRecords(
    database,
    `INDEXED BY resources_expiring WHERE type = ? AND expiration <= ? AND owner = '' AND held_by IS NULL AND phase IS NULL
     AND state NOT IN ('${STATE.toBeDeleted}', '${STATE.tombstone}')`,
    type,
    at,
  );
  putRecords(
    database,
    over.map((record) => ({ ...record, state: STATE.toBeDeleted, expiration: null, lastUpdate: at })),
  );
  return over.map(({ name }) => name);
}

// ---- taking: what Mason has work with becomes its own

function takeShelved(
  database: Database,
  { order, takes }: { readonly order: TakeOrder; readonly takes: Takes | null },
  moment: Moment,
): Wake[] {
  if (takes === null) return [];
  return takes.shelves
    .flatMap((shelf) => onShelf(database, shelf, order))
    .slice(0, order.limit)
    .flatMap((record) => put(database, takeBy(takes, { record, order }, moment)));
}

function onShelf(database: Database, shelf: string, order: TakeOrder): ResourceRecord[] {
  const { type, limit } = order;
  switch (shelf) {
    case SHELF.bare:
      return freeAndBuilt(database, 'built_by IS NULL', [type, limit]);
    case SHELF.built:
      return freeAndBuilt(database, 'built_by IS NOT NULL', [type, limit]);
    default:
      return unowned(database, shelf, order);
  }
}

function takeUp(
  database: Database,
  { given, order }: { readonly given: GivenBack; readonly order: Pick<TakeOrder, 'newOwner' | 'graceMs'> },
  moment: Moment,
): Wake[] {
  const spec = readType(database, given.type);
  return put(database, takeGivenBack(readRecord(database, given.name), { given, spec, order }, moment));
}

function put(database: Database, taken: WorkRecord | null): Wake[] {
  if (taken === null) return [];
  putRecord(database, taken);
  return wakesOf(taken);
}

const unowned = (database: Database, state: string, { type, limit }: TakeOrder): ResourceRecord[] =>
  selectRecords(
    database,
    `WHERE type = ? AND state = ? AND owner = '' AND loan_due IS NULL ORDER BY last_update, name LIMIT ?`,
    type,
    state,
    limit,
  );

/** @param values the type, what `condition` asks for, the limit */
const freeAndBuilt = (
  database: Database,
  condition: string,
  values: readonly (string | number)[],
): ResourceRecord[] =>
  selectRecords(
    database,
    `INDEXED BY resources_built WHERE type = ? AND state = '${STATE.free}' AND owner = '' AND ${condition} AND loan_due IS NULL LIMIT ?`,
    ...values,
  );

function takeOutdated(database: Database, order: TakeOrder, moment: Moment): Wake[] {
  const spec = readType(database, order.type);
  if (spec?.managed !== true || isPaused(spec) || spec.removed) return [];
  const { type, limit } = order;
  // Two ranges of the index, since `<>` would read every member.
  const outdated = ['built_by < ?', 'built_by > ?']
    .flatMap((condition) => freeAndBuilt(database, condition, [type, spec.hash, limit]))
    .sort((a, b) => a.lastUpdate - b.lastUpdate);
  if (outdated.length === 0) return [];
  const allowed = Math.min(limit, rebuildsAllowed(database, spec));
  const taken =
    allowed > 0 ? outdated.slice(0, allowed) : hoarding(database, { spec, outdated, at: moment.at });
  const reason = 'built from an old config';
  return taken.flatMap((record) =>
    put(database, takeOne(record, { order, task: 'recycle', reason, doomed: false }, moment)),
  );
}

function takeNamed(
  database: Database,
  order: { name: string; orderedAt: number; newOwner: () => string; graceMs: number },
  moment: Moment,
): NamedTake {
  const record = readRecord(database, order.name);
  const spec = record === null ? null : readType(database, record.type);
  const refusal = orderRefusal(record, spec, order.orderedAt);
  if (record === null || refusal !== null) return { kind: 'refused', reason: refusal ?? 'unknown' };
  const doomed = spec?.removed === true;
  const taken = takeOne(record, { order, task: 'recycle', reason: 'ordered', doomed }, moment);
  putRecord(database, taken);
  return { kind: 'taken', wake: wakeOf(taken, 'recycle') };
}
