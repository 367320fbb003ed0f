import { NETWORKS } from './kinds.ts';
import { disksWith, ownersIn, perishes, type OwnerOf } from './owners.ts';
import type { GcpProjectSettings } from './settings.ts';
import { pathAt, rankOf, type Thing } from './thing.ts';

/** What is to become of all that stands in a project. */
export interface Plan {
  /** To be deleted, in order. */
  readonly goes: readonly Thing[];
  /** Gone as soon as the owner is, who is to be deleted. */
  readonly follows: readonly Thing[];
  /** To be deleted when they are old enough, in ms from now; empty: nothing waits. */
  readonly young: readonly { readonly thing: Thing; readonly inMs: number }[];
  /** Protected by the settings for good. */
  readonly keeps: readonly Thing[];
  readonly ownerOf: OwnerOf;
}

interface Given {
  readonly project: string;
  readonly settings: GcpProjectSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function planOf(things: readonly Thing[], { project, settings, now }: Given): Plan {
  const ownerOf = ownersIn(things, project);
  const bonds = { things, project, ownerOf };
  const keeps = withBound(
    things.filter((thing) => isKept(thing, settings) || isDefault(thing, { project, settings })),
    bonds,
  );
  const tooYoung = (thing: Thing): number => thing.createdAt + (settings['keep-younger-than'] ?? 0) - now;
  const young = withBound(
    things.filter((thing) => !keeps.has(thing) && tooYoung(thing) > 0),
    bonds,
  );
  const left = things.filter((thing) => !keeps.has(thing) && !young.has(thing));
  return {
    goes: left.filter((thing) => ownerOf(thing) === null),
    follows: left.filter((thing) => ownerOf(thing) !== null),
    young: [...young]
      .filter((thing) => !keeps.has(thing))
      .map((thing) => ({ thing, inMs: Math.max(0, tooYoung(thing)) })),
    keeps: [...keeps],
    ownerOf,
  };
}

/** What a thing has to wait for: those that refer to it and go before it. */
export function waitsFor({ goes, follows, ownerOf }: Plan): (thing: Thing) => boolean {
  const standing = new Map([...goes, ...follows].map((thing) => [thing.path, thing]));
  const users = new Map<string, Thing[]>();
  const note = (path: string, user: Thing | undefined): void => {
    if (user) users.set(path, [...(users.get(path) ?? []), user]);
  };
  for (const thing of standing.values()) {
    for (const path of thing.refersTo) note(path, thing);
    for (const path of thing.usedBy) note(thing.path, standing.get(path));
  }
  return (thing) =>
    (users.get(thing.path) ?? []).some((user) => rankOf(user) < rankOf(thing) && ownerOf(user) !== thing);
}

function isKept(thing: Thing, settings: GcpProjectSettings): boolean {
  const before = settings['keep-created-before'];
  return (
    settings['keep-kinds'].includes(thing.kind.collection) ||
    settings['keep-labels'].some((label) => hasLabel(thing, label)) ||
    settings['keep-names'].some((pattern) => isNamed(thing, pattern)) ||
    (before !== undefined && thing.createdAt > 0 && thing.createdAt < before)
  );
}

function hasLabel({ labels }: Thing, wanted: string): boolean {
  const [key = '', value] = wanted.split('=');
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}

function isNamed({ kind, name }: Thing, pattern: string): boolean {
  const [, collection, glob = ''] = /^(?:([^/]*)\/)?(.*)$/.exec(pattern) ?? [];
  if (collection !== undefined && collection !== kind.collection) return false;
  return new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(name);
}

/** The network `default` with what Google makes with it; its subnets and routes follow it. */
function isDefault(thing: Thing, { project, settings }: Omit<Given, 'now'>): boolean {
  if (!settings['keep-default-network']) return false;
  if (thing.kind === NETWORKS) return thing.name === 'default';
  if (pathAt(thing, 'network', project) !== DEFAULT_NETWORK) return false;
  const { collection } = thing.kind;
  return (
    (collection === 'firewalls' && DEFAULT_FIREWALLS.includes(thing.name)) ||
    // After a change to custom mode they are like any other, but they are still those that it was made with.
    (collection === 'subnetworks' && thing.name === 'default')
  );
}

const DEFAULT_NETWORK = 'global/networks/default';
const DEFAULT_FIREWALLS = [
  'default-allow-icmp',
  'default-allow-internal',
  'default-allow-rdp',
  'default-allow-ssh',
];

/**
 * Some things with all that stands or falls with them, and so on: what they need, what they own, what owns them, and what
 * would take them along. Deleting that would break or delete them, or be refused.
 */
function withBound(some: readonly Thing[], { things, project, ownerOf }: Bonds): ReadonlySet<Thing> {
  const byPath = new Map(things.map((thing) => [thing.path, thing]));
  const bound = new Set(some);
  const isBound = (path: string): boolean => {
    const thing = byPath.get(path);
    return thing !== undefined && bound.has(thing);
  };
  for (let before = -1; before !== bound.size;) {
    before = bound.size;
    // A set's iteration meets what is added on the way.
    for (const thing of bound) {
      const owner = perishes(thing) ? ownerOf(thing) : null;
      if (owner !== null) bound.add(owner);
      for (const path of thing.refersTo) {
        const needed = byPath.get(path);
        if (needed) bound.add(needed);
      }
    }
    for (const thing of things) {
      const owner = ownerOf(thing);
      const isOwned = owner !== null && bound.has(owner);
      if (isOwned || [...thing.usedBy, ...disksWith(thing, project)].some(isBound)) bound.add(thing);
    }
  }
  return bound;
}

interface Bonds {
  readonly things: readonly Thing[];
  readonly project: string;
  readonly ownerOf: OwnerOf;
}
