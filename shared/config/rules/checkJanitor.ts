import { valueFor } from '../asWritten.ts';
import { checkTree } from '../content.ts';
import type { ContentSchema } from '../content.ts';
import { error, pathTo } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { listed, nearest } from '../nearest.ts';
import { childOf, withEntries, type Tree } from '../yaml/tree.ts';
import { textAt } from './draft.ts';
import type { Draft } from './draft.ts';

export type Cleaners = ReadonlyMap<string, ContentSchema>;

/**
 * The settings of an entry's cleaner, as its schema is to read them (see valueFor).
 * @returns null: the entry names no cleaner that is known
 */
export function cleanerSettings(entry: Tree, cleaners: Cleaners): unknown {
  const janitor = janitorOf(entry);
  const schema = janitor === null ? undefined : cleaners.get(janitor.type.value);
  return janitor === null || schema === undefined ? null : valueFor(janitor.settings, schema);
}

function janitorOf(entry: Tree) {
  const tree = childOf(childOf(entry, 'mason'), 'janitor');
  const type = textAt(tree, 'type', '');
  if (tree?.kind !== 'map' || !type) return null;
  const settings = withEntries(
    tree,
    [...tree.entries].filter(([key]) => key !== 'type'),
  );
  return { type, settings };
}

/** The cleaner of a type is a known one, and what stands beside `type` are its settings. */
export function checkJanitor(draft: Draft, cleaners: Cleaners): Finding[] {
  const path = pathTo(pathTo(draft.path, 'mason'), 'janitor');
  const janitor = janitorOf(draft.tree);
  if (janitor === null) return [];
  const { type, settings } = janitor;
  const schema = cleaners.get(type.value);
  if (schema) return checkTree({ tree: settings, schema, path }).findings;
  const near = nearest(type.value, cleaners.keys());
  const cure = near ? `Did you mean ${near}?` : `Write one of the known ones: ${listed(cleaners.keys())}`;
  return [error(type.at, { path: pathTo(path, 'type'), problem: `there is no cleaner ${type.value}`, cure })];
}
