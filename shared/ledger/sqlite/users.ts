import type { Acquired, AcquireRequest, Metric, Touched, Users } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { makeResource } from '../transitions/pool.ts';
import {
  acquire,
  asPlaced,
  brokenBy,
  isDynamicName,
  isUnseen,
  isUsers,
  mayBeName,
  release,
  released,
  update,
  type ReleaseSight,
} from '../transitions/users.ts';
import type { Moment } from '../transitions/work.ts';
import type { Component } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { readPast } from './past.ts';
import { answeredBefore, forget, leavePlace, markServed, rememberAnswer, takePlace } from './requests.ts';
import { putRecord, readLeased, readRecord, readRecords, selectRecords } from './rows.ts';

export function users(database: Database): Users {
  return {
    acquire: (request) => database.transact((moment) => acquireOne(database, request, moment)),
    acquireByState: (request) => database.transact((moment) => acquireByState(database, request, moment)),
    release: (request) => database.transact((moment) => releaseOne(database, request, moment)),
    update: (request) => database.transact((moment) => updateOne(database, request, moment)),
    reset: (request) => database.transact((moment) => reset(database, request, moment)),
    forget: (ageMs) =>
      database.transact(({ at }) => {
        forget(database, at - ageMs);
      }),
    metric: (type) => database.read(() => metric(database, type)),
  };
}

function acquireOne(database: Database, asked: AcquireRequest, moment: Moment): Acquired {
  const again = answeredBefore(database, asked, moment.at);
  if (again !== null) return { kind: 'acquired', resource: again, waitedMs: 0 };
  const place = takePlace(database, asked, moment.at);
  const request = asPlaced(asked, place);
  const component = request.ahead === null ? contention(database, request, place.since) : null;
  if (component !== null) return { kind: 'contended', component, since: place.since };
  const ahead = request.ahead ?? place.ahead;
  const [found] = selectRecords(
    database,
    `WHERE type = ? AND state = ? AND owner = '' ORDER BY last_update, name LIMIT 1 OFFSET ?`,
    request.type,
    request.state,
    ahead,
  );
  const unseen = found !== undefined && isUnseen(request, found) ? componentOf(database, request) : null;
  if (unseen !== null) return { kind: 'contended', component: unseen, since: place.since };
  if (found !== undefined) return give(database, { request, record: found, since: place.since }, moment);
  const isKnown = database.has('SELECT 1 FROM resources WHERE type = ? LIMIT 1', request.type);
  if (request.requestId !== '' && !place.isServed) makeOnDemand(database, request, moment);
  return isKnown ? { kind: 'none', position: ahead + 1, length: place.length } : { kind: 'unknownType' };
}

/** The component, if virtual resources wait there for a free resource of the type, and longer than this request. */
function contention(database: Database, request: AcquireRequest, since: number): Component | null {
  const component = componentOf(database, request);
  const waits = (virtualType: string): boolean =>
    database.has(
      'SELECT 1 FROM resources INDEXED BY resources_waiting WHERE type = ? AND queue_since < ? LIMIT 1',
      virtualType,
      since,
    );
  return component?.virtualTypes.some(waits) === true ? component : null;
}

/** In which a free one of the type may be needed. */
function componentOf(database: Database, { type, state }: AcquireRequest): Component | null {
  const component = state === STATE.free ? readType(database, type)?.component : null;
  return component?.physicalTypes.includes(type) === true ? component : null;
}

function give(
  database: Database,
  gift: { request: AcquireRequest; record: ResourceRecord; since: number },
  moment: Moment,
): Acquired {
  const { request, record, since } = gift;
  const resource = takeByUser(database, record, { ...request, moment });
  if (request.requestId !== '') {
    leavePlace(database, request);
    rememberAnswer(database, request, { resource, at: moment.at });
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

/** A pool that is full now may have room at a later poll, until one resource was made for the request. */
function makeOnDemand(database: Database, request: AcquireRequest, moment: Moment): void {
  const spec = readType(database, request.type);
  if (spec?.size.kind !== 'dynamic' || spec.removed) return;
  const members = 'SELECT count(*) AS n FROM resources WHERE type = ?';
  const dead = database.count(`${members} AND state = '${STATE.tombstone}'`, request.type);
  if (database.count(members, request.type) - dead >= spec.size.max) return;
  const name = request.newName();
  putRecord(database, makeResource(spec, { name, past: null }, moment));
  markServed(database, request, name);
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
  if (!isUsers(record, request.owner)) return { kind: 'ownerMismatch', owner: record.owner };
  return giveBack(database, { record, dest: request.dest }, moment);
}

function giveBack(
  database: Database,
  { record, dest }: { record: ResourceRecord; dest: string },
  moment: Moment,
): Touched {
  const spec = readType(database, record.type);
  const sight = { record, spec, leased: readLeased(database, record), ...readDest(database, dest) };
  const resource = release(sight, dest, moment);
  putRecord(database, resource);
  return released(resource, spec);
}

function readDest(database: Database, dest: string): Pick<ReleaseSight, 'named' | 'isPast'> {
  const record = mayBeName(dest) ? readRecord(database, dest) : null;
  if (record !== null) return { named: { record, spec: readType(database, record.type) }, isPast: false };
  const isPast = mayBeName(dest) && (isDynamicName(dest) || readPast(database, dest) !== null);
  return { named: null, isPast };
}

function updateOne(database: Database, request: Parameters<Users['update']>[0], moment: Moment): Touched {
  const record = readRecord(database, request.name);
  if (record === null) return { kind: 'notFound' };
  if (!isUsers(record, request.owner)) return { kind: 'ownerMismatch', owner: record.owner };
  if (record.state !== request.state) return { kind: 'stateMismatch', state: record.state };
  const resource = update(record, request, moment);
  putRecord(database, resource);
  return { kind: 'done', resource, yields: [], givenBack: [] };
}

function reset(
  database: Database,
  request: Parameters<Users['reset']>[0],
  moment: Moment,
): Record<string, string> {
  const held = selectRecords(
    database,
    `INDEXED BY resources_users WHERE type = ? AND state = ? AND last_update < ?
     AND owner <> '' AND phase IS NULL AND held_by IS NULL AND hold_ends IS NULL ORDER BY name`,
    request.type,
    request.state,
    moment.at - request.expireMs,
  );
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
