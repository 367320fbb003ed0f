import type { Acquired, AcquireRequest, Metric, Touched, Users } from '../port.ts';
import { STATE, type ResourceRecord, type UserData } from '../records.ts';
import { makeResource } from '../transitions/pool.ts';
import { acquire, brokenBy, release, update } from '../transitions/users.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { parseRecord, putRecord, readRecord, readRecords } from './rows.ts';

export function users(database: Database): Users {
  return {
    acquire: (request) => database.transact((moment) => acquireOne(database, request, moment)),
    acquireByState: (request) => database.transact((moment) => acquireByState(database, request, moment)),
    release: (request) => database.transact((moment) => releaseOne(database, request, moment)),
    update: (request) => database.transact((moment) => updateOne(database, request, moment)),
    reset: (request) => database.transact((moment) => reset(database, request, moment)),
    forget: (ageMs) =>
      database.transact(
        ({ at }) => void database.run('DELETE FROM requests WHERE expires_at < ?', at - ageMs),
      ),
    metric: (type) => database.read(() => metric(database, type)),
  };
}

function acquireOne(database: Database, request: AcquireRequest, moment: Moment): Acquired {
  const again = grantedBefore(database, request, moment.at);
  if (again !== null) return { kind: 'acquired', resource: again, waitedMs: 0 };
  const place = takePlace(database, request, moment.at);
  const component = request.ahead === null ? contention(database, request, place.since) : null;
  if (component !== null) return { kind: 'contended', component, since: place.since };
  const ahead = request.ahead ?? place.ahead;
  const found = database.get(
    `SELECT doc FROM resources WHERE type = ? AND state = ? AND owner = '' ORDER BY last_update, name LIMIT 1 OFFSET ?`,
    request.type,
    request.state,
    ahead,
  );
  if (found !== undefined)
    return give(database, { request, record: parseRecord(found), since: place.since }, moment);
  const known = database.get('SELECT 1 FROM resources WHERE type = ? LIMIT 1', request.type) !== undefined;
  if (place.isNew) makeOnDemand(database, request, moment);
  return known ? { kind: 'none', position: ahead + 1, length: place.length } : { kind: 'unknownType' };
}

/** The same request gets the same resource until somebody updates or releases it: its first reply may be lost. */
function grantedBefore(database: Database, request: AcquireRequest, at: number): ResourceRecord | null {
  if (request.requestId === '') return null;
  const row = database.get(
    `SELECT granted, granted_update FROM requests WHERE type = ? AND state = ? AND request_id = ? AND dest = ? AND owner = ?
     AND granted IS NOT NULL AND expires_at > ?`,
    ...[request.type, request.state, request.requestId, request.dest, request.owner, at],
  );
  const record = row === undefined ? null : readRecord(database, String(row['granted']));
  if (record?.owner === request.owner && record.lastUpdate === row?.['granted_update']) return record;
  database.run(
    'DELETE FROM requests WHERE type = ? AND state = ? AND request_id = ? AND granted IS NOT NULL',
    request.type,
    request.state,
    request.requestId,
  );
  return null;
}

interface Place {
  readonly isNew: boolean;
  readonly since: number;
  /** Requests with a living place before it. */
  readonly ahead: number;
  readonly length: number;
}

function takePlace(database: Database, request: AcquireRequest, at: number): Place {
  const { type, state, requestId } = request;
  const old =
    requestId === ''
      ? undefined
      : database.get(
          'SELECT since FROM requests WHERE type = ? AND state = ? AND request_id = ?',
          type,
          state,
          requestId,
        );
  const since = Number(old?.['since'] ?? at);
  if (requestId !== '') {
    database.run(
      `INSERT INTO requests (type, state, request_id, since, expires_at, dest, owner) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (type, state, request_id) DO UPDATE SET expires_at = excluded.expires_at, dest = excluded.dest, owner = excluded.owner`,
      ...[type, state, requestId, since, at + request.requestTtlMs, request.dest, request.owner],
    );
  }
  const living =
    'SELECT count(*) AS n FROM requests WHERE type = ? AND state = ? AND granted IS NULL AND expires_at > ?';
  const ahead = Number(database.get(`${living} AND since < ?`, type, state, at, since)?.['n'] ?? 0);
  const length = Number(database.get(living, type, state, at)?.['n'] ?? 0);
  return { isNew: requestId !== '' && old === undefined, since, ahead, length };
}

function contention(
  database: Database,
  request: AcquireRequest,
  since: number,
): Extract<Acquired, { kind: 'contended' }>['component'] | null {
  const component = request.state === STATE.free ? readType(database, request.type)?.component : null;
  if (!component?.physicalTypes.includes(request.type)) return null;
  const waiting = database.get(
    'SELECT 1 FROM resources INDEXED BY resources_queue WHERE queue_since < ? AND type IN (SELECT value FROM json_each(?)) LIMIT 1',
    since,
    JSON.stringify(component.virtualTypes),
  );
  return waiting === undefined ? null : component;
}

function give(
  database: Database,
  gift: { request: AcquireRequest; record: ResourceRecord; since: number },
  moment: Moment,
): Acquired {
  const { request, since } = gift;
  const resource = takeByUser(database, gift.record, { ...request, moment });
  if (request.requestId !== '') {
    database.run(
      'UPDATE requests SET granted = ?, granted_update = ? WHERE type = ? AND state = ? AND request_id = ?',
      ...[resource.name, resource.lastUpdate, request.type, request.state, request.requestId],
    );
  }
  return { kind: 'acquired', resource, waitedMs: moment.at - since };
}

function takeByUser(
  database: Database,
  record: ResourceRecord,
  to: { dest: string; owner: string; moment: Moment },
): ResourceRecord {
  const taken = acquire(record, to, to.moment);
  const broken = record.heldBy === null ? null : brokenBy(readRecord(database, record.heldBy), to.moment);
  if (broken !== null) putRecord(database, broken);
  putRecord(database, taken);
  return taken;
}

function makeOnDemand(database: Database, request: AcquireRequest, moment: Moment): void {
  const spec = readType(database, request.type);
  if (spec?.size.kind !== 'dynamic' || spec.removed) return;
  const now = Number(
    database.get(
      'SELECT count(*) AS n FROM resources WHERE type = ? AND state <> ?',
      request.type,
      STATE.tombstone,
    )?.['n'] ?? 0,
  );
  if (now < spec.size.max) putRecord(database, makeResource(spec, request.newName(), moment));
}

function acquireByState(
  database: Database,
  request: Parameters<Users['acquireByState']>[0],
  moment: Moment,
): ResourceRecord[] | null {
  const names = [...new Set(request.names)];
  const found = readRecords(database, names).filter(
    ({ state, owner }) => state === request.state && owner === '',
  );
  if (found.length < names.length) return null;
  const oldestFirst = found.sort((a, b) => a.lastUpdate - b.lastUpdate);
  return oldestFirst.map((record) => takeByUser(database, record, { ...request, moment }));
}

function releaseOne(database: Database, request: Parameters<Users['release']>[0], moment: Moment): Touched {
  const record = readRecord(database, request.name);
  if (record === null) return { kind: 'notFound' };
  if (record.owner !== request.owner) return { kind: 'ownerMismatch', owner: record.owner };
  const resource = giveBack(database, { record, dest: request.dest }, moment);
  return { kind: 'done', resource, yields: resource.state === STATE.free ? [resource.type] : [] };
}

function giveBack(
  database: Database,
  { record, dest }: { record: ResourceRecord; dest: string },
  moment: Moment,
): ResourceRecord {
  const leased = readRecords(
    database,
    (record.work?.leases ?? []).map(({ name }) => name),
  );
  const spec = readType(database, record.type);
  const sight = {
    record,
    leased,
    named: readRecord(database, dest),
    lifespanMs: spec?.lifespanMs ?? null,
    managed: spec?.managed ?? false,
  };
  const resource = release(sight, dest, moment);
  putRecord(database, resource);
  return resource;
}

function updateOne(
  database: Database,
  request: {
    readonly name: string;
    readonly state: string;
    readonly owner: string;
    readonly userData: UserData;
  },
  moment: Moment,
): Touched {
  const record = readRecord(database, request.name);
  if (record === null) return { kind: 'notFound' };
  if (record.owner !== request.owner) return { kind: 'ownerMismatch', owner: record.owner };
  if (record.state !== request.state) return { kind: 'stateMismatch', state: record.state };
  const resource = update(record, request, moment);
  putRecord(database, resource);
  return { kind: 'done', resource, yields: [] };
}

function reset(
  database: Database,
  request: Parameters<Users['reset']>[0],
  moment: Moment,
): Record<string, string> {
  const held = database
    .all(
      `SELECT doc FROM resources WHERE type = ? AND state = ? AND owner <> '' AND last_update < ? AND phase IS NULL AND held_by IS NULL ORDER BY name`,
      request.type,
      request.state,
      moment.at - request.expireMs,
    )
    .map(parseRecord);
  for (const record of held) giveBack(database, { record, dest: request.dest }, moment);
  return Object.fromEntries(held.map(({ name, owner }) => [name, owner]));
}

function metric(database: Database, type: string): Metric | null {
  const count = (column: 'state' | 'owner'): Record<string, number> =>
    Object.fromEntries(
      database
        .all(
          `SELECT ${column} AS value, count(*) AS n FROM resources WHERE type = ? GROUP BY ${column} ORDER BY ${column}`,
          type,
        )
        .map((row) => [String(row['value']), Number(row['n'])]),
    );
  const current = count('state');
  return Object.keys(current).length === 0 ? null : { type, current, owner: count('owner') };
}
