import type { NamedTake, Pools, SizeChange, TakeOrder, Wake } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { orderRefusal } from '../transitions/order.ts';
import { REAPED_STATES } from '../transitions/states.ts';
import { take } from '../transitions/take.ts';
import { isBuilt, wakeOf, type Moment } from '../transitions/work.ts';
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
    takeDirty: (order) => database.transact((moment) => takeDirty(database, order, moment)),
    takeForJanitor: (order) => database.transact((moment) => takeForJanitor(database, order, moment)),
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

function takeDirty(database: Database, order: TakeOrder, moment: Moment): Wake[] {
  const spec = readType(database, order.type);
  if (spec?.managed !== true || isPaused(spec)) return [];
  const { type, limit } = order;
  const dirty = [
    ...unowned(database, STATE.dirty, order),
    ...unowned(database, STATE.toBeDeleted, order),
    // Its type was a physical one until now.
    ...freeAndBuilt(database, 'built_by IS NULL', [type, limit]),
  ];
  return dirty
    .slice(0, limit)
    .map((record) =>
      takeOne(
        database,
        { record, order, task: 'recycle', reason: record.state, doomed: spec.removed },
        moment,
      ),
    );
}

function takeForJanitor(database: Database, order: TakeOrder, moment: Moment): Wake[] {
  const spec = readType(database, order.type);
  if (spec === null || spec.managed || isPaused(spec)) return [];
  // Another Mason builds them: it knows what is to be destroyed.
  if (spec.config !== null && !spec.removed) return [];
  const { type, limit } = order;
  const dirty = [
    // Without a cleaner of ours, dirty ones belong to somebody else's janitor; to bury the dead is ours in any case.
    ...(spec.settings.janitor === null ? [] : unowned(database, STATE.dirty, order)),
    ...unowned(database, STATE.toBeDeleted, order),
    // Its type was a virtual one until now.
    ...freeAndBuilt(database, 'built_by IS NOT NULL', [type, limit]),
  ];
  return dirty.slice(0, limit).map((record) => {
    const task = isBuilt(record) ? 'recycle' : 'janitor';
    return takeOne(database, { record, order, task, reason: record.state, doomed: false }, moment);
  });
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

interface Taken {
  readonly record: ResourceRecord;
  readonly order: Pick<TakeOrder, 'newOwner' | 'graceMs'>;
  readonly task: 'recycle' | 'janitor';
  readonly reason: string;
  readonly doomed: boolean;
}

function takeOne(database: Database, { record, order, task, reason, doomed }: Taken, moment: Moment): Wake {
  const taken = take(
    record,
    {
      task,
      owner: order.newOwner(),
      graceMs: order.graceMs,
      reason,
      doomed: doomed || record.state === STATE.toBeDeleted,
    },
    moment,
  );
  putRecord(database, taken);
  return wakeOf(taken, task);
}

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
  return taken.map((record) =>
    takeOne(database, { record, order, task: 'recycle', reason, doomed: false }, moment),
  );
}

function takeNamed(
  database: Database,
  order: { name: string; orderedAt: number; newOwner: () => string; graceMs: number; reason: string },
  moment: Moment,
): NamedTake {
  const record = readRecord(database, order.name);
  const spec = record === null ? null : readType(database, record.type);
  const refusal = orderRefusal(record, spec, order.orderedAt);
  if (record === null || refusal !== null) return { kind: 'refused', reason: refusal ?? 'unknown' };
  const doomed = spec?.removed === true;
  return {
    kind: 'taken',
    wake: takeOne(database, { record, order, task: 'recycle', reason: order.reason, doomed }, moment),
  };
}
