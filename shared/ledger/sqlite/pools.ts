import type { NamedTake, Pools, SizeChange, TakeOrder, Wake } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { releaseAs } from '../transitions/release.ts';
import { take } from '../transitions/take.ts';
import { wakeOf, type Moment } from '../transitions/work.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { parseRecord, putRecord, putRecords, readRecord } from './rows.ts';
import { keepSize } from './size.ts';

export function pools(database: Database): Pools {
  return {
    keepSize: (type, names) =>
      database.transact((moment): SizeChange => {
        const spec = readType(database, type);
        return spec === null
          ? { made: [], dropped: [], doomed: [] }
          : keepSize({ database, spec, names }, moment);
      }),
    expire: (type) => database.transact((moment) => expire(database, type, moment)),
    takeDirty: (order) => database.transact((moment) => takeDirty(database, order, moment)),
    takeForJanitor: (order) => database.transact((moment) => takeForJanitor(database, order, moment)),
    takeOutdated: (order) => database.transact((moment) => takeOutdated(database, order, moment)),
    takeNamed: (name, orderedAt, order) =>
      database.transact((moment) => takeNamed(database, { name, orderedAt, ...order }, moment)),
    reap: (type, leaseExpiryMs) =>
      database.transact((moment) => reap(database, { type, leaseExpiryMs }, moment)),
  };
}

const records = (rows: Record<string, unknown>[]): ResourceRecord[] => rows.map(parseRecord);

function expire(database: Database, type: string, { at }: Moment): string[] {
  const over = records(
    database.all(
      `SELECT doc FROM resources INDEXED BY resources_expiration WHERE expiration <= ? AND type = ? AND owner = '' AND held_by IS NULL AND phase IS NULL
       AND state NOT IN ('${STATE.toBeDeleted}', '${STATE.tombstone}')`,
      at,
      type,
    ),
  );
  putRecords(
    database,
    over.map((record) => ({ ...record, state: STATE.toBeDeleted, expiration: null, lastUpdate: at })),
  );
  return over.map(({ name }) => name);
}

function takeDirty(database: Database, order: TakeOrder, moment: Moment): Wake[] {
  const spec = readType(database, order.type);
  if (spec?.managed !== true || spec.settings.paused) return [];
  const dirty = unowned(database, {
    type: order.type,
    states: [STATE.dirty, STATE.toBeDeleted],
    limit: order.limit,
  });
  return dirty.map((record) =>
    takeOne(database, { record, order, task: 'recycle', reason: record.state, doomed: spec.removed }, moment),
  );
}

function takeForJanitor(database: Database, order: TakeOrder, moment: Moment): Wake[] {
  const spec = readType(database, order.type);
  if (spec === null || spec.managed || spec.settings.paused) return [];
  // Without a cleaner of ours, dirty ones belong to somebody else's janitor; to bury the dead is ours in any case.
  const states = spec.settings.janitor === null ? [STATE.toBeDeleted] : [STATE.dirty, STATE.toBeDeleted];
  const dirty = unowned(database, { type: order.type, states, limit: order.limit });
  return dirty.map((record) =>
    takeOne(database, { record, order, task: 'janitor', reason: record.state, doomed: false }, moment),
  );
}

function unowned(
  database: Database,
  which: { type: string; states: readonly string[]; limit: number },
): ResourceRecord[] {
  return which.states
    .flatMap((state) =>
      records(
        database.all(
          `SELECT doc FROM resources WHERE type = ? AND state = ? AND owner = '' ORDER BY last_update, name LIMIT ?`,
          which.type,
          state,
          which.limit,
        ),
      ),
    )
    .slice(0, which.limit);
}

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
  if (spec?.managed !== true || spec.settings.paused || spec.removed) return [];
  const limit = Math.min(order.limit, rebuildsAllowed(database, spec));
  if (limit <= 0) return [];
  const outdated = records(
    database.all(
      `SELECT doc FROM resources WHERE type = ? AND state = ? AND owner = '' AND built_by IS NOT ? ORDER BY last_update, name LIMIT ?`,
      order.type,
      STATE.free,
      spec.hash,
      limit,
    ),
  );
  return outdated.map((record) =>
    takeOne(
      database,
      { record, order, task: 'recycle', reason: 'built from an old config', doomed: false },
      moment,
    ),
  );
}

/** As many as leaves at least min − 1 members free or in use: rebuilding is never what empties a pool. */
function rebuildsAllowed(database: Database, { type, size }: TypeRecord): number {
  const ready = Number(
    database.get(
      `SELECT count(*) AS n FROM resources WHERE type = ? AND phase IS NULL AND (owner <> '' OR state = ?)`,
      type,
      STATE.free,
    )?.['n'] ?? 0,
  );
  const min = size.kind === 'static' ? size.names.length : size.min;
  return ready - (min - 1);
}

function takeNamed(
  database: Database,
  order: { name: string; orderedAt: number; newOwner: () => string; graceMs: number },
  moment: Moment,
): NamedTake {
  const record = readRecord(database, order.name);
  if (record === null) return { kind: 'refused', reason: 'unknown' };
  const spec = readType(database, record.type);
  if (spec?.managed !== true) return { kind: 'refused', reason: 'unconfigured' };
  if (record.work?.phase === 'recycle') return { kind: 'refused', reason: 'underWay' };
  if (record.owner !== '') return { kind: 'refused', reason: 'held' };
  const orderable = [STATE.dirty, STATE.toBeDeleted, STATE.free].some((state) => state === record.state);
  if (!orderable || record.lastUpdate > order.orderedAt) return { kind: 'refused', reason: 'stale' };
  return {
    kind: 'taken',
    wake: takeOne(
      database,
      { record, order, task: 'recycle', reason: 'ordered', doomed: spec.removed },
      moment,
    ),
  };
}

const REAPED_STATES = [STATE.busy, STATE.cleaning, STATE.leased];
const KNOWN_STATES = Object.values(STATE);

function reap(database: Database, order: { type: string; leaseExpiryMs: number }, moment: Moment): string[] {
  const before = moment.at - order.leaseExpiryMs;
  const managed = readType(database, order.type)?.managed === true;
  const left = records(
    database.all(
      `SELECT doc FROM resources WHERE type = ? AND phase IS NULL AND held_by IS NULL AND last_update < ? AND (
         (owner <> '' AND state IN (SELECT value FROM json_each(?)))
         OR (? AND owner = '' AND state NOT IN (SELECT value FROM json_each(?))))`,
      order.type,
      before,
      JSON.stringify(REAPED_STATES),
      managed ? 1 : 0,
      JSON.stringify(KNOWN_STATES),
    ),
  );
  putRecords(
    database,
    left.map((record) => releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null })),
  );
  return left.map(({ name }) => name);
}
