import * as z from 'zod';

import type { ContentSchema } from '../content.ts';
import { error, pathTo, warning } from '../fault.ts';
import type { Finding, Position } from '../fault.ts';
import { listed } from '../nearest.ts';
import type { MapEntry, Tree } from '../yaml/tree.ts';
import type { Need } from './draft.ts';

interface Items {
  /** The content as it was read; null if there is none. */
  readonly tree: Tree | null;
  readonly schema: ContentSchema;
  readonly path: string;
  readonly at: Position;
  readonly needs: readonly Need[];
}

/**
 * A content whose schema says `.meta({ onePerNeed: true })` is a mapping from a needed type to a list with one item for
 * each resource of that type that is needed.
 */
export function checkItems({ tree, schema, path, at, needs }: Items): Finding[] {
  if (z.globalRegistry.get(schema)?.['onePerNeed'] !== true) return [];
  if (tree !== null && tree.kind !== 'map') return [];
  const entries = tree?.entries ?? new Map<string, MapEntry>();
  const lists = [...entries].flatMap(([type, entry]) => checkList(type, entry, { path, needs }));
  const absent = needs.filter(({ type }) => !entries.has(type));
  const unused = absent.map(({ type, count }) => {
    const problem = `nothing is made of the needed type ${type}`;
    return warning(at, { path, problem, cure: `Add ${type}: and below it a list of ${items(count)}` });
  });
  return [...lists, ...unused];
}

function checkList(
  type: string,
  { keyAt, value }: MapEntry,
  { path, needs }: Pick<Items, 'path' | 'needs'>,
): Finding[] {
  const need = needs.find((one) => one.type === type);
  const listPath = pathTo(path, type);
  if (!need) {
    const names = needs.map((one) => one.type);
    const cure = names.length > 0 ? `Write one of the needs: ${listed(names)}` : 'Add it to needs';
    return [error(keyAt, { path: listPath, problem: `${type} is not among the needs of this type`, cure })];
  }
  const length = value.kind === 'list' ? value.items.length : need.count;
  if (length === need.count) return [];
  const problem = `${type} has ${items(length)}, but needs says ${need.count}`;
  return [error(keyAt, { path: listPath, problem, cure: 'Write one item for each needed resource' })];
}

const items = (count: number): string => (count === 1 ? '1 item' : `${count} items`);
