import * as z from 'zod';

import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { FreeResource, Grant, Granted, MatcherClaim, Queue, Settled, Waiter } from '../port.ts';
import { settled } from '../transitions/change.ts';
import { mustRestart, restartByConfig } from '../transitions/claim.ts';
import { grant } from '../transitions/grant.ts';
import { isFree, isGrantable } from '../transitions/grantable.ts';
import { wakeOf, type Moment } from '../transitions/work.ts';
import type { Component, TypeRecord } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { areAskedFor, requestsFor } from './requests.ts';
import { fenced, putRecord, putRecords, readRecords, selectRecords } from './rows.ts';

export function queue(database: Database): Queue {
  return {
    claimMatcher: (component, holdMs) =>
      database.transact(({ at }) => claimMatcher(database, { component, holdMs, at })),
    recall: (component) => database.read((at) => recall(database, component, at)),
    waiters: (component, page) => database.read((at) => waiters(database, component, { ...page, at })),
    supply: (component, limit) => database.read((at) => ({ at, free: supply(database, component, limit) })),
    grantAll: (orders, graceMs) =>
      database.transact((moment) => grantAll(database, { orders, graceMs }, moment)),
    releaseMatcher: (claim, memory) =>
      database.transact(({ at }) => releaseMatcher(database, { claim, memory, at })),
  };
}

export interface Fulfilling {
  readonly record: WorkRecord;
  readonly spec: TypeRecord;
  readonly graceMs: number;
}

/**
 * The fast path: nobody waits before it and all its needs are free, so it leases the longest unchanged ones. What it
 * leases is what its own cycle's config asks for: a cycle whose config has changed meanwhile begins again.
 */
export function fulfil(
  database: Database,
  run: Fulfilling,
  moment: Moment,
): Exclude<Settled, { kind: 'lost' }> {
  const { record, spec, graceMs } = run;
  if (mustRestart(record, spec)) {
    const again = restartByConfig(record, { spec, graceMs }, moment);
    putRecord(database, again);
    return settled({ puts: [again], wakes: [wakeOf(again, 'recycle')], yields: [] });
  }
  if (othersWait(database, { spec, name: record.name, at: moment.at })) return { kind: 'short' };
  const resources = Object.entries(spec.needs).flatMap(([type, count]) => freeOf(database, type, count));
  const needed = Object.values(spec.needs).reduce((sum, count) => sum + count, 0);
  if (resources.length < needed) return { kind: 'short' };
  const change = grant(record, resources, { ...moment, graceMs });
  putRecords(database, change.puts);
  return settled(change);
}

function othersWait(
  database: Database,
  { spec: { component }, name, at }: { spec: TypeRecord; name: string; at: number },
): boolean {
  const waits = (type: string): boolean =>
    database.has(
      'SELECT 1 FROM resources INDEXED BY resources_waiting WHERE type = ? AND queue_since IS NOT NULL AND name <> ? LIMIT 1',
      type,
      name,
    );
  return component !== null && (component.virtualTypes.some(waits) || areAskedFor(database, component, at));
}

function freeOf(database: Database, type: string, limit: number): ResourceRecord[] {
  const names = freeNames(database, type, limit).map(({ name }) => name);
  return readRecords(database, names);
}

function claimMatcher(
  database: Database,
  order: { component: string; holdMs: number; at: number },
): MatcherClaim | null {
  const row = database.get(
    'SELECT token, claimed_until, bump, memory FROM matchers WHERE component = ?',
    order.component,
  );
  if (Number(row?.['claimed_until'] ?? 0) > order.at) {
    database.run('UPDATE matchers SET bump = bump + 1 WHERE component = ?', order.component);
    return null;
  }
  const token = Number(row?.['token'] ?? 0) + 1;
  database.run(
    `INSERT INTO matchers (component, token, claimed_until, hold_ms, bump, memory) VALUES (?, ?, ?, ?, 0, '{}')
     ON CONFLICT (component) DO UPDATE SET token = excluded.token, claimed_until = excluded.claimed_until, hold_ms = excluded.hold_ms`,
    order.component,
    token,
    order.at + order.holdMs,
    order.holdMs,
  );
  return {
    component: order.component,
    token,
    bump: Number(row?.['bump'] ?? 0),
    memory: parseMemory(row?.['memory']),
  };
}

function recall(database: Database, component: string, at: number): Record<string, number> | null {
  const row = database.get('SELECT claimed_until, memory FROM matchers WHERE component = ?', component);
  return Number(row?.['claimed_until'] ?? 0) > at ? null : parseMemory(row?.['memory']);
}

/** Who is told to look again has as long for it as for the first look. */
function releaseMatcher(
  database: Database,
  end: { claim: MatcherClaim; memory: Readonly<Record<string, number>>; at: number },
): MatcherClaim | null {
  const { claim, memory, at } = end;
  const row = database.get('SELECT token, bump, hold_ms FROM matchers WHERE component = ?', claim.component);
  if (row === undefined || Number(row['token']) !== claim.token) return null;
  const bump = Number(row['bump']);
  const again = bump !== claim.bump;
  database.run(
    'UPDATE matchers SET memory = ?, claimed_until = ? WHERE component = ?',
    JSON.stringify(memory),
    again ? at + Number(row['hold_ms']) : null,
    claim.component,
  );
  return again ? { ...claim, bump, memory } : null;
}

const memorySchema = z.record(z.string(), z.number());

const parseMemory = (column: unknown): Record<string, number> =>
  memorySchema.parse(JSON.parse(typeof column === 'string' ? column : '{}'));

interface Page {
  readonly after: { readonly since: number; readonly name: string } | null;
  readonly limit: number;
  readonly at: number;
}

/** Type by type, each by its index, since one index over all would make a short line wait for the longest. */
function waiters(database: Database, component: Component, { after, limit, at }: Page): Waiter[] {
  const start = after ?? BEGINNING;
  const virtual = component.virtualTypes.flatMap((type) => waitersOf(database, type, { start, limit }));
  const requests = component.physicalTypes.flatMap((type) =>
    requestsFor(database, type, { start, limit, at }),
  );
  return [...virtual, ...requests].sort(byTurn).slice(0, limit);
}

const BEGINNING = { since: 0, name: '' };

const byTurn = (a: Waiter, b: Waiter): number => a.since - b.since || (a.name < b.name ? -1 : 1);

function waitersOf(
  database: Database,
  type: string,
  { start, limit }: { start: { since: number; name: string }; limit: number },
): Waiter[] {
  const spec = readType(database, type);
  if (spec === null) return [];
  const { needs, hash } = spec;
  const records = selectRecords(
    database,
    `INDEXED BY resources_waiting WHERE type = ? AND queue_since IS NOT NULL AND (queue_since, name) > (?, ?)
     AND config_hash = ? ORDER BY queue_since, name LIMIT ?`,
    ...[type, start.since, start.name, hash, limit],
  );
  return records.flatMap(({ name, work }): Waiter[] =>
    work?.queue == null ? [] : [{ kind: 'virtual', name, token: work.token, needs, ...work.queue }],
  );
}

function supply(
  database: Database,
  component: Component,
  limit: number,
): Record<string, readonly FreeResource[]> {
  return Object.fromEntries(component.physicalTypes.map((type) => [type, freeNames(database, type, limit)]));
}

/** The limit is no parameter: with one that is bound anew for each run this takes some nine times as long, measured. */
function freeNames(database: Database, type: string, limit: number): FreeResource[] {
  return database
    .all(
      `SELECT name, last_update FROM resources WHERE type = ? AND state = '${STATE.free}' AND owner = '' ORDER BY last_update, name LIMIT ${limit}`,
      type,
    )
    .map((row) => ({ name: String(row['name']), lastUpdate: Number(row['last_update']) }));
}

function grantAll(
  database: Database,
  { orders, graceMs }: { orders: readonly Grant[]; graceMs: number },
  moment: Moment,
): Granted[] {
  const results: Granted[] = [];
  for (const order of orders) {
    const result = grantWaiter(database, { order, graceMs }, moment);
    results.push(result);
    if (result.kind === 'taken') break;
  }
  return results;
}

function grantWaiter(
  database: Database,
  { order, graceMs }: { order: Grant; graceMs: number },
  moment: Moment,
): Granted {
  const record = fenced(database, order);
  const spec = record === null ? null : readType(database, record.type);
  if (record === null || spec === null || !isGrantable(record, spec, moment)) return { kind: 'busy' };
  const resources = readRecords(database, [...new Set(order.resources)]);
  if (resources.length < order.resources.length || !resources.every(isFree)) return { kind: 'taken' };
  const change = grant(record, resources, { ...moment, graceMs });
  putRecords(database, change.puts);
  return {
    kind: 'granted',
    wake: wakeOf(change.puts[0], 'clean'),
    resources: resources.map(({ name }) => name),
  };
}
