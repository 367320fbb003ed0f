import { checkContent } from '../content.ts';
import type { ContentSchema } from '../content.ts';
import { pathTo, warning } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { listed, nearest } from '../nearest.ts';
import type { Locate } from '../yaml/buildTree.ts';
import { positionsInScalar } from '../yaml/positionsInScalar.ts';
import { checkItems } from './checkItems.ts';
import type { Draft, Spot } from './draft.ts';

interface Source {
  readonly text: string;
  readonly locate: Locate;
  readonly masonables: ReadonlyMap<string, ContentSchema>;
  /** See KnownContents. */
  readonly borrows: boolean;
}

/** What `config` says of a type: the Masonable is known or the type isn't ours, and its content satisfies it. */
export function checkBuilder(draft: Draft, source: Source): Finding[] {
  const { builder, needs } = draft;
  if (!builder) return needs.length > 0 && !draft.tree.entries.has('config') ? [sayUnbuilt(draft)] : [];
  const schema = source.masonables.get(builder.type.value);
  if (!schema) return [sayUnregistered(builder.type, source)];
  return [...(source.borrows ? sayBornFree(draft) : []), ...checkItsContent(draft, schema, source)];
}

function sayUnbuilt({ at, path }: Draft): Finding {
  const problem = 'this type has needs but no config, so nothing builds its members';
  return warning(at, { path, problem, cure: 'Add config with the type of a Masonable, or delete the needs' });
}

function sayUnregistered({ value, at, path }: Spot<string>, { masonables }: Source): Finding {
  const near = nearest(value, masonables.keys());
  const problem = `the Masonable ${value} is not registered here, so this type is left to the Mason that has it`;
  const cure = near
    ? `Did you mean ${near}?`
    : `Register it if this Mason is to build it; there are: ${listed(masonables.keys())}`;
  return warning(at, { path, problem, cure });
}

function sayBornFree({ state, at, path }: Draft): Finding[] {
  if (state && state.value !== 'free') return [];
  const problem = 'members of this type begin as free, so they would be used without having been built';
  return [warning(state?.at ?? at, { path: pathTo(path, 'state'), problem, cure: 'Write state: dirty' })];
}

function checkItsContent(
  { builder, path: entryPath, tree, needs }: Draft,
  schema: ContentSchema,
  source: Source,
): Finding[] {
  const path = pathTo(pathTo(entryPath, 'config'), 'content');
  const config = tree.entries.get('config');
  if (!builder?.content) {
    const isAbsent = config?.value.kind === 'map' && !config.value.entries.has('content');
    if (!config || !isAbsent) return [];
    const at = config.value.at;
    const { findings } = checkContent({ text: '', schema, path, locate: () => at, at });
    return [...findings, ...checkItems({ tree: null, schema, path, at, needs })];
  }
  const scalar = builder.content;
  const locate = positionsInScalar({ text: source.text, scalar, locate: source.locate });
  const read = checkContent({ text: scalar.text, schema, path, locate, at: scalar.at });
  return [
    ...read.findings,
    ...(read.tree ? checkItems({ tree: read.tree, schema, path, at: scalar.at, needs }) : []),
  ];
}
