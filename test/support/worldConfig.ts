import { stringify } from 'yaml';

import type { ScriptContent } from './worldScript.ts';

/** One entry of a config, as the file has it. */
export type Entry = Readonly<Record<string, unknown>> & { readonly type: string };

/** What stands under `mason:` of an entry. */
type MasonKeys = Readonly<Record<string, unknown>>;

/** `TYPE-1`, `TYPE-2`, … */
export const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);

/** A static physical type whose members are free from the start and cleaned by `None`. */
export function physical(type: string, count: number, change: Readonly<Record<string, unknown>> = {}): Entry {
  return {
    type,
    state: 'free',
    names: numbered(type, count),
    mason: { janitor: { type: 'None' } },
    ...change,
  };
}

interface Virtual {
  readonly min?: number;
  readonly max?: number;
  readonly needs?: Readonly<Record<string, number>>;
  readonly content?: ScriptContent;
  readonly mason?: MasonKeys;
  readonly lifespan?: string;
}

/** A dynamic type that the test's `Scripted` builds: two members of a project each, unless it is said otherwise. */
export function virtual(type: string, given: Virtual = {}): Entry {
  const { min = 2, max = Math.max(min, 1), needs = { project: 1 }, content = { version: 1 } } = given;
  return {
    type,
    state: 'dirty',
    'min-count': min,
    'max-count': max,
    needs,
    config: { type: 'Scripted', content: stringify(content) },
    ...(given.mason && { mason: given.mason }),
    ...(given.lifespan !== undefined && { lifespan: given.lifespan }),
  };
}

/** The text of a config file with these entries. */
export const configOf = (...resources: readonly Entry[]): string => stringify({ resources });
