import type { FreeResource, Grant, Granted, Queue } from '../../ledger/port.ts';
import { STATE } from '../../ledger/records.ts';
import type { Component } from '../../ledger/typeRecord.ts';
import { borrow } from './borrow.ts';
import type { HttpParts } from './parts.ts';
import { unowned } from './unowned.ts';

/** How long (ms) a type rests of which the server gave nothing although it told of free ones: others are before us. */
const REST_MS = 10_000;

/**
 * What is in stock, and behind it what the server tells that it has free: that has no names yet, and is borrowed when it
 * is granted.
 */
export async function supply(
  parts: HttpParts,
  component: Component,
  limit: number,
): ReturnType<Queue['supply']> {
  const [stock, unnamed] = await Promise.all([
    parts.ledger.queue.supply(component, limit),
    Promise.all(component.physicalTypes.map((type) => countFree(parts, type, limit))),
  ]);
  const free = component.physicalTypes.map((type, index): [string, readonly FreeResource[]] => {
    const named = stock.free[type] ?? [];
    const more = Array.from({ length: unnamed[index] ?? 0 }, (_, place) => ({
      name: unnamedOf(type, place),
      lastUpdate: stock.at,
    }));
    return [type, [...named, ...more].slice(0, limit)];
  });
  return { at: stock.at, free: Object.fromEntries(free) };
}

async function countFree({ client, dry }: HttpParts, type: string, limit: number): Promise<number> {
  if (dry.has(type)) return 0;
  return Math.min(limit, (await unowned(client, type)).count(STATE.free));
}

/** No resource has such a name: they are names of Kubernetes's. */
const UNNAMED = '?';
const unnamedOf = (type: string, place: number): string => `${UNNAMED}${place} ${type}`;
const isUnnamed = (name: string): boolean => name.startsWith(UNNAMED);
const typeOf = (unnamed: string): string => unnamed.slice(unnamed.indexOf(' ') + 1);

/** Borrows what has no name yet, then grants whole grants, up to the first for which the server gave too little. */
export async function grantAll(parts: HttpParts, grants: readonly Grant[]): Promise<readonly Granted[]> {
  const wanted = countByType(
    grants
      .flatMap(({ resources }) => resources)
      .filter(isUnnamed)
      .map(typeOf),
  );
  const names = await borrowEach(parts, wanted);
  const named: Grant[] = [];
  for (const grant of grants) {
    const resources = grant.resources.map((name) =>
      isUnnamed(name) ? names.get(typeOf(name))?.shift() : name,
    );
    if (resources.includes(undefined)) break;
    named.push({ ...grant, resources: resources.filter((name) => name !== undefined) });
  }
  const granted = named.length === 0 ? [] : await parts.ledger.queue.grantAll(named, parts.graceMs);
  const isCutShort = named.length < grants.length && granted.every(({ kind }) => kind !== 'taken');
  return isCutShort ? [...granted, { kind: 'taken' }] : granted;
}

/** Of what is reserved for those who can't be granted yet, what is not in stock is borrowed, so that nobody takes it. */
export async function hold(parts: HttpParts, reserved: Readonly<Record<string, number>>): Promise<void> {
  const missing = await Promise.all(
    Object.entries(reserved).map(async ([type, count]): Promise<[string, number]> => {
      const stock = await parts.ledger.loans.stock(type, count);
      return [type, count - stock.length];
    }),
  );
  await borrowEach(parts, new Map(missing.filter(([, count]) => count > 0)));
}

/** @returns type → names of what the server lent of it */
async function borrowEach(
  parts: HttpParts,
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  for (const [type, count] of wanted) {
    const ask = {
      type,
      state: STATE.free,
      dest: STATE.leased,
      name: null,
      kind: 'stock',
      task: null,
    } as const;
    const asks = Array.from({ length: count }, () => ({ ...ask, reason: 'needed' }));
    const { resources } = await borrow(parts, asks);
    if (resources.length < count) parts.dry.rest(type, REST_MS);
    names.set(
      type,
      resources.map(({ name }) => name),
    );
  }
  return names;
}

function countByType(types: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
