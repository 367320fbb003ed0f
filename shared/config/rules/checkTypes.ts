import { error } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { toValue } from '../yaml/tree.ts';
import type { Draft } from './draft.ts';

/**
 * A type has one entry. Boskos adds up the names of several static ones, and so do we if they differ in nothing else; of
 * several dynamic ones it silently takes the last (its check for that never fires), which can't be meant.
 */
export function checkTypes(drafts: readonly Draft[]): Finding[] {
  const firsts = new Map<string, Draft>();
  return drafts.flatMap((draft) => {
    const { type } = draft;
    if (!type) return [];
    const first = firsts.get(type.value);
    if (!first) firsts.set(type.value, draft);
    if (!first || areOneType(first, draft)) return [];
    const problem = `the type ${type.value} already has an entry in line ${first.at.line}`;
    return error(type.at, {
      path: type.path,
      problem,
      cure: 'Make one entry of them, or give this type another name',
    });
  });
}

function areOneType(a: Draft, b: Draft): boolean {
  return a.kind === 'static' && b.kind === 'static' && settingsOf(a) === settingsOf(b);
}

function settingsOf({ tree }: Draft): string {
  const settings = [...tree.entries]
    .filter(([key]) => key !== 'names')
    .map(([key, { value }]) => [key, toValue(value)]);
  return JSON.stringify(settings.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
