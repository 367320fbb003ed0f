import { pathTo } from '../fault.ts';
import type { Position } from '../fault.ts';
import { childOf, isZero } from '../yaml/tree.ts';
import type { MapTree, ScalarTree, Tree } from '../yaml/tree.ts';
import type { Entry } from './readEntry.ts';

/**
 * What the rules between resources look at: as much of an entry as is of the right kind, so that a fault in one place
 * hides none in another. What is of the wrong kind is missing here, and is the schema's to report.
 */
export interface Draft {
  readonly path: string;
  readonly at: Position;
  readonly tree: MapTree;
  readonly type: Spot<string> | null;
  readonly state: Spot<string> | null;
  readonly names: readonly Spot<string>[];
  /** Static has names, dynamic has none; null if `names` isn't a list. */
  readonly kind: 'static' | 'dynamic' | null;
  readonly min: Spot<number> | null;
  readonly max: Spot<number> | null;
  readonly needs: readonly Need[];
  readonly builder: { readonly type: Spot<string>; readonly content: ScalarTree | null } | null;
}

/** A value with its place. */
export interface Spot<T> {
  readonly value: T;
  readonly at: Position;
  readonly path: string;
}

export interface Need {
  /** The type that is needed. */
  readonly type: string;
  readonly count: number;
  /** Where the need begins: its key. */
  readonly at: Position;
  readonly path: string;
}

export function draftOf({ tree, path }: Entry): Draft {
  const names = childOf(tree, 'names');
  return {
    path,
    at: tree.at,
    tree,
    type: textAt(tree, 'type', path),
    state: textAt(tree, 'state', path),
    names: readNames(names, pathTo(path, 'names')),
    kind: kindOf(names),
    min: countAt(tree, 'min-count', path),
    max: countAt(tree, 'max-count', path),
    needs: readNeeds(childOf(tree, 'needs'), pathTo(path, 'needs')),
    builder: readBuilder(childOf(tree, 'config'), pathTo(path, 'config')),
  };
}

/** How many resources a type has at most, or null if that can't be told. */
export function supplyOf({ kind, names, max }: Draft): number | null {
  if (kind === 'static') return names.length;
  return kind === 'dynamic' ? (max?.value ?? null) : null;
}

function kindOf(names: Tree | null): Draft['kind'] {
  if (!names) return 'dynamic';
  if (names.kind !== 'list') return null;
  return names.items.length > 0 ? 'static' : 'dynamic';
}

function readNames(names: Tree | null, path: string): Spot<string>[] {
  if (names?.kind !== 'list') return [];
  return names.items.flatMap((item, index) => spotOf(item, pathTo(path, index), isText) ?? []);
}

/** Without those of 0: they count as left out. */
function readNeeds(needs: Tree | null, path: string): Need[] {
  if (needs?.kind !== 'map') return [];
  const entries = [...needs.entries].filter(([, { value }]) => !isZero(value));
  return entries.map(([type, { keyAt, value }]) => {
    const needPath = pathTo(path, type);
    return { type, count: spotOf(value, needPath, isCount)?.value ?? 0, at: keyAt, path: needPath };
  });
}

function readBuilder(config: Tree | null, path: string): Draft['builder'] {
  const type = textAt(config, 'type', path);
  const content = childOf(config, 'content');
  return type
    ? { type, content: content?.kind === 'scalar' && isText(content.value) ? content : null }
    : null;
}

/** A text under a key, unless it is empty. */
export function textAt(tree: Tree | null, key: string, path: string): Spot<string> | null {
  const spot = spotOf(childOf(tree, key), pathTo(path, key), isText);
  return spot?.value ? spot : null;
}

function countAt(tree: Tree, key: string, path: string): Spot<number> | null {
  return spotOf(childOf(tree, key), pathTo(path, key), isCount);
}

function spotOf<T>(tree: Tree | null, path: string, is: (value: unknown) => value is T): Spot<T> | null {
  return tree?.kind === 'scalar' && is(tree.value) ? { value: tree.value, at: tree.at, path } : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
