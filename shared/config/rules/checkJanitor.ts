import { checkTree } from '../content.ts';
import type { ContentSchema } from '../content.ts';
import { error, pathTo } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { listed, nearest } from '../nearest.ts';
import { childOf, withEntries } from '../yaml/tree.ts';
import { textAt } from './draft.ts';
import type { Draft } from './draft.ts';

/** The cleaner of a type is a known one, and what stands beside `type` are its settings. */
export function checkJanitor(draft: Draft, cleaners: ReadonlyMap<string, ContentSchema>): Finding[] {
  const path = pathTo(pathTo(draft.path, 'mason'), 'janitor');
  const tree = childOf(childOf(draft.tree, 'mason'), 'janitor');
  const type = textAt(tree, 'type', path);
  if (tree?.kind !== 'map' || !type) return [];
  const schema = cleaners.get(type.value);
  if (schema) {
    const settings = withEntries(
      tree,
      [...tree.entries].filter(([key]) => key !== 'type'),
    );
    return checkTree({ tree: settings, schema, path }).findings;
  }
  const near = nearest(type.value, cleaners.keys());
  const cure = near ? `Did you mean ${near}?` : `Write one of the known ones: ${listed(cleaners.keys())}`;
  return [error(type.at, { path: type.path, problem: `there is no cleaner ${type.value}`, cure })];
}
