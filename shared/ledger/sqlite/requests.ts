import type { AcquireRequest, Waiter } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import type { Component } from '../typeRecord.ts';
import type { Database } from './database.ts';
import { readRecord } from './rows.ts';

/** A request's place in the line for its type and state. */
export interface Place {
  readonly since: number;
  /** Requests with a living place before it. */
  readonly ahead: number;
  readonly length: number;
  /** Whether a resource was made for it already. */
  readonly isServed: boolean;
}

/** Takes or renews the place; a request without an id has none, and stands behind all who have. */
export function takePlace(database: Database, request: AcquireRequest, at: number): Place {
  const { type, state, requestId } = request;
  const old = database.get(
    'SELECT since, made FROM requests WHERE type = ? AND state = ? AND request_id = ?',
    type,
    state,
    requestId,
  );
  const since = Number(old?.['since'] ?? at);
  if (requestId !== '') {
    database.run(
      `INSERT INTO requests (type, state, request_id, since, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (type, state, request_id) DO UPDATE SET expires_at = excluded.expires_at`,
      ...[type, state, requestId, since, at + request.requestTtlMs],
    );
  }
  const living =
    'SELECT count(*) AS n FROM requests INDEXED BY requests_line WHERE type = ? AND state = ? AND expires_at > ?';
  return {
    since,
    ahead: database.count(`${living} AND (since, request_id) < (?, ?)`, type, state, at, since, requestId),
    length: database.count(living, type, state, at),
    isServed: typeof old?.['made'] === 'string',
  };
}

export function leavePlace(database: Database, { type, state, requestId }: AcquireRequest): void {
  database.run(
    'DELETE FROM requests WHERE type = ? AND state = ? AND request_id = ?',
    type,
    state,
    requestId,
  );
}

/** Remembers that a resource was made for the request, so that its polls don't grow the pool. */
export function markServed(
  database: Database,
  { type, state, requestId }: AcquireRequest,
  name: string,
): void {
  database.run(
    'UPDATE requests SET made = ? WHERE type = ? AND state = ? AND request_id = ?',
    ...[name, type, state, requestId],
  );
}

/** Remembers what the request was given, should its answer be lost. */
export function rememberAnswer(
  database: Database,
  request: AcquireRequest,
  { resource, at }: { readonly resource: ResourceRecord; readonly at: number },
): void {
  const { type, state, dest, owner, requestId, requestTtlMs } = request;
  database.run(
    'INSERT OR REPLACE INTO answers (type, state, dest, owner, request_id, name, last_update, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[type, state, dest, owner, requestId, resource.name, resource.lastUpdate, at + requestTtlMs],
  );
}

/** The same request gets the same resource until somebody updates or releases it, or its time is over. */
export function answeredBefore(
  database: Database,
  { type, state, dest, owner, requestId }: AcquireRequest,
  at: number,
): ResourceRecord | null {
  if (requestId === '') return null;
  const row = database.get(
    `SELECT name, last_update FROM answers WHERE type = ? AND state = ? AND dest = ? AND owner = ? AND request_id = ?
     AND expires_at > ?`,
    ...[type, state, dest, owner, requestId, at],
  );
  const record = row === undefined ? null : readRecord(database, String(row['name']));
  return record?.owner === owner && record.lastUpdate === row?.['last_update'] ? record : null;
}

/** Forgets places and answers that expired before this. */
export function forget(database: Database, before: number): void {
  database.run('DELETE FROM requests WHERE expires_at < ?', before);
  database.run('DELETE FROM answers WHERE expires_at < ?', before);
}

// ---- requests as the matcher sees them: for one free resource that virtual ones want, too

/** Whether a user's request waits for a free resource that the component leases from. */
export function areAskedFor(database: Database, component: Component, at: number): boolean {
  return component.physicalTypes.some((type) =>
    database.has(
      `SELECT 1 FROM requests INDEXED BY requests_line WHERE type = ? AND state = '${STATE.free}' AND expires_at > ? LIMIT 1`,
      type,
      at,
    ),
  );
}

export function requestsFor(
  database: Database,
  type: string,
  page: { readonly start: { since: number; name: string }; readonly limit: number; readonly at: number },
): Waiter[] {
  const { start, limit, at } = page;
  return database
    .all(
      `SELECT request_id, since FROM requests INDEXED BY requests_line WHERE type = ? AND state = '${STATE.free}' AND expires_at > ?
       AND (since, request_id) > (?, ?) ORDER BY since, request_id LIMIT ?`,
      ...[type, at, start.since, start.name, limit],
    )
    .map((row) => ({
      kind: 'request',
      name: String(row['request_id']),
      since: Number(row['since']),
      needs: { [type]: 1 },
    }));
}
