import { z } from 'zod';

import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { FreeResource, Grant, Granted, MatcherClaim, Queue, Settled, Waiter } from '../port.ts';
import { grant } from '../transitions/grant.ts';
import { hasWork, isClaimed, wakeOf, withWork, type Moment } from '../transitions/work.ts';
import type { Component, TypeRecord } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { fenced, parseRecord, putRecord, putRecords, readRecords } from './rows.ts';

export function queue(database: Database): Queue {
  return {
    claimMatcher: (component, holdMs) =>
      database.transact(({ at }) => claimMatcher(database, { component, holdMs, at })),
    waiters: (component, page) => database.read((at) => waiters(database, component, { ...page, at })),
    supply: (component, limit) => database.read((at) => ({ at, free: supply(database, component, limit) })),
    grant: (order, graceMs) =>
      database.transact((moment) => grantWaiter(database, { order, graceMs }, moment)),
    setPatience: (fence, place) =>
      database.transact(() => {
        const record = fenced(database, fence);
        if (record?.work.queue != null)
          putRecord(database, withWork(record, { queue: { ...record.work.queue, ...place } }));
      }),
    releaseMatcher: (claim, yields) => database.transact(() => releaseMatcher(database, claim, yields)),
  };
}

/** The fast path: nobody waits before it and all its needs are free, so it leases the longest unchanged ones. */
export function fulfil(
  database: Database,
  run: { record: WorkRecord; graceMs: number },
  moment: Moment,
): Settled {
  const { record } = run;
  const spec = readType(database, record.type);
  if (spec === null || othersWait(database, { spec, name: record.name, at: moment.at }))
    return { kind: 'short' };
  const resources = Object.entries(spec.needs).flatMap(([type, count]) => freeOf(database, type, count));
  const needed = Object.values(spec.needs).reduce((sum, count) => sum + count, 0);
  if (resources.length < needed) return { kind: 'short' };
  const change = grant(record, resources, { ...moment, graceMs: run.graceMs });
  putRecords(database, change.puts);
  return { kind: 'settled', record: change.puts[0], wakes: change.wakes, yields: change.yields };
}

function othersWait(database: Database, who: { spec: TypeRecord; name: string; at: number }): boolean {
  const { component } = who.spec;
  if (component === null) return false;
  const waiting = database.get(
    `SELECT 1 FROM resources INDEXED BY resources_queue WHERE queue_since IS NOT NULL AND type IN (SELECT value FROM json_each(?)) AND name <> ? LIMIT 1`,
    JSON.stringify(component.virtualTypes),
    who.name,
  );
  if (waiting !== undefined) return true;
  const asked = database.get(
    `SELECT 1 FROM requests WHERE type IN (SELECT value FROM json_each(?)) AND state = ? AND granted IS NULL AND expires_at > ? LIMIT 1`,
    JSON.stringify(component.physicalTypes),
    STATE.free,
    who.at,
  );
  return asked !== undefined;
}

function freeOf(database: Database, type: string, limit: number): ResourceRecord[] {
  return database
    .all(
      `SELECT doc FROM resources WHERE type = ? AND state = ? AND owner = '' ORDER BY last_update, name LIMIT ?`,
      type,
      STATE.free,
      limit,
    )
    .map(parseRecord);
}

function claimMatcher(
  database: Database,
  order: { component: string; holdMs: number; at: number },
): MatcherClaim | null {
  const row = database.get(
    'SELECT token, claimed_until, bump, yields FROM matchers WHERE component = ?',
    order.component,
  );
  if (Number(row?.['claimed_until'] ?? 0) > order.at) {
    database.run('UPDATE matchers SET bump = bump + 1 WHERE component = ?', order.component);
    return null;
  }
  const token = Number(row?.['token'] ?? 0) + 1;
  database.run(
    `INSERT INTO matchers (component, token, claimed_until, bump, yields) VALUES (?, ?, ?, 0, '{}')
     ON CONFLICT (component) DO UPDATE SET token = excluded.token, claimed_until = excluded.claimed_until`,
    order.component,
    token,
    order.at + order.holdMs,
  );
  return {
    component: order.component,
    token,
    bump: Number(row?.['bump'] ?? 0),
    yields: parseYields(row?.['yields']),
  };
}

function releaseMatcher(
  database: Database,
  claim: MatcherClaim,
  yields: Readonly<Record<string, number>>,
): MatcherClaim | null {
  const row = database.get('SELECT token, bump FROM matchers WHERE component = ?', claim.component);
  if (row === undefined || Number(row['token']) !== claim.token) return null;
  const bump = Number(row['bump']);
  const again = bump !== claim.bump;
  database.run(
    `UPDATE matchers SET yields = ?, claimed_until = CASE WHEN ? THEN claimed_until ELSE NULL END WHERE component = ?`,
    JSON.stringify(yields),
    again ? 1 : 0,
    claim.component,
  );
  return again ? { ...claim, bump, yields } : null;
}

const yieldsSchema = z.record(z.string(), z.number());

const parseYields = (column: unknown): Record<string, number> =>
  yieldsSchema.parse(JSON.parse(typeof column === 'string' ? column : '{}'));

interface Page {
  readonly after: { readonly since: number; readonly name: string } | null;
  readonly limit: number;
  readonly at: number;
}

function waiters(database: Database, component: Component, page: Page): Waiter[] {
  const after = page.after ?? { since: 0, name: '' };
  const virtual = database
    .all(
      `SELECT doc FROM resources INDEXED BY resources_queue WHERE queue_since IS NOT NULL AND (queue_since, name) > (?, ?)
       AND type IN (SELECT value FROM json_each(?)) ORDER BY queue_since, name LIMIT ?`,
      after.since,
      after.name,
      JSON.stringify(component.virtualTypes),
      page.limit,
    )
    .map(parseRecord)
    .filter(hasWork)
    .flatMap((record) => waiterOf(record, readType(database, record.type)));
  const requests = database
    .all(
      `SELECT type, request_id, since FROM requests WHERE granted IS NULL AND expires_at > ? AND state = ? AND (since, request_id) > (?, ?)
       AND type IN (SELECT value FROM json_each(?)) ORDER BY since, request_id LIMIT ?`,
      page.at,
      STATE.free,
      after.since,
      after.name,
      JSON.stringify(component.physicalTypes),
      page.limit,
    )
    .map((row): Waiter => ({
      kind: 'request',
      name: String(row['request_id']),
      since: Number(row['since']),
      needs: { [String(row['type'])]: 1 },
    }));
  return [...virtual, ...requests].sort(byTurn).slice(0, page.limit);
}

const byTurn = (a: Waiter, b: Waiter): number => a.since - b.since || (a.name < b.name ? -1 : 1);

function waiterOf(record: WorkRecord, spec: TypeRecord | null): Waiter[] {
  const { queue: place, token } = record.work;
  if (place === null || spec === null) return [];
  return [{ kind: 'virtual', name: record.name, token, needs: spec.needs, ...place }];
}

function supply(
  database: Database,
  component: Component,
  limit: number,
): Record<string, readonly FreeResource[]> {
  return Object.fromEntries(component.physicalTypes.map((type) => [type, freeNames(database, type, limit)]));
}

function freeNames(database: Database, type: string, limit: number): FreeResource[] {
  return database
    .all(
      `SELECT name, last_update FROM resources WHERE type = ? AND state = ? AND owner = '' ORDER BY last_update, name LIMIT ?`,
      type,
      STATE.free,
      limit,
    )
    .map((row) => ({ name: String(row['name']), lastUpdate: Number(row['last_update']) }));
}

function grantWaiter(
  database: Database,
  { order, graceMs }: { order: Grant; graceMs: number },
  moment: Moment,
): Granted {
  const record = fenced(database, order);
  if (record?.work.queue == null || record.work.phase !== 'fulfill' || isClaimed(record, moment.at))
    return { kind: 'busy' };
  const resources = readRecords(database, order.resources);
  if (resources.length < order.resources.length || !resources.every(isFree)) return { kind: 'taken' };
  const change = grant(record, resources, { ...moment, graceMs });
  putRecords(database, change.puts);
  return { kind: 'granted', wake: wakeOf(change.puts[0], 'clean') };
}

const isFree = ({ state, owner }: ResourceRecord): boolean => state === STATE.free && owner === '';
