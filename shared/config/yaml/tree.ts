import type { Position } from '../fault.ts';
import type { ScalarValue } from './plainScalar.ts';

/**
 * A YAML text as it is read here: aliases followed, merge keys merged, unquoted words resolved, every part with its
 * position. An aliased part keeps the position of its anchor, because that is where it has to be mended.
 */
export type Tree = ScalarTree | ListTree | MapTree;

interface Placed {
  readonly at: Position;
  /** How many nodes it has with all its aliases written out. */
  readonly weight: number;
}

/** `unread` is what stands in for a part that is no valid value, and has been reported. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block' | 'unread';

export interface ScalarTree extends Placed {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** The text without its quotes, escapes and indentation. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** Where it stands in the source, from its quote or block sign to its end. */
  readonly range: readonly [from: number, to: number];
}

export interface ListTree extends Placed {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly keyAt: Position;
  readonly value: Tree;
}

/** The plain JavaScript value. Own properties only, so that a key named __proto__ is a key like any other. */
export function toValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(toValue);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, toValue(value)]));
  }
}

/** The same mapping with other entries. */
export function withEntries(tree: MapTree, entries: Iterable<readonly [string, MapEntry]>): MapTree {
  return { ...tree, entries: new Map(entries) };
}

/** What stands under a key, or null. */
export function childOf(tree: Tree | null | undefined, key: PropertyKey): Tree | null {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.value ?? null;
  if (tree?.kind === 'list' && typeof key === 'number') return tree.items[key] ?? null;
  return null;
}

export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null && tree.style !== 'unread';
}

export function isZero(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === 0;
}
