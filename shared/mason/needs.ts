import { createHash } from 'node:crypto';

import type { Component } from '../ledger/typeRecord.ts';

export interface Needing {
  readonly type: string;
  readonly needs: Readonly<Record<string, number>>;
  readonly paused: boolean;
}

/**
 * The connected components of the needs graph: two types are connected if one needs the other. Grants in different
 * components can't get in each other's way, so each has a queue and a matcher of its own.
 *
 * @returns type → its component; a type that neither needs nor is needed is not in it
 */
export function componentsOf(types: readonly Needing[]): ReadonlyMap<string, Component> {
  const groups = new Set(connect(types).values());
  return new Map(
    [...groups].flatMap((members) => {
      const component = componentOf(members, types);
      return [...members].map((type) => [type, component] as const);
    }),
  );
}

function connect(types: readonly Needing[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { type, needs } of types) {
    for (const needed of Object.keys(needs)) {
      const merged = new Set([...(groups.get(type) ?? [type]), ...(groups.get(needed) ?? [needed])]);
      for (const member of merged) groups.set(member, merged);
    }
  }
  return groups;
}

function componentOf(members: ReadonlySet<string>, types: readonly Needing[]): Component {
  const needing = types.filter(({ type, needs }) => members.has(type) && Object.keys(needs).length > 0);
  const physicalTypes = [...new Set(needing.flatMap(({ needs }) => Object.keys(needs)))].sort();
  const virtualTypes = needing.filter(({ paused }) => !paused).map(({ type }) => type);
  return { id: idOf(physicalTypes), virtualTypes: virtualTypes.sort(), physicalTypes };
}

/** A type's name may be any text and any number of them be connected: a hash is a key that every ledger takes. */
const idOf = (sortedTypes: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(sortedTypes)).digest('hex').slice(0, 16);
