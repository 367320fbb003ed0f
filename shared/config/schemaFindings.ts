import type * as z from 'zod';
import { error, pathTo } from './fault.ts';
import type { Finding, Position } from './fault.ts';
import { listed, nearest } from './nearest.ts';
import { keysOf, metaOf, schemaAt } from './schemaAt.ts';
import { childOf } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

interface Checked {
  readonly schema: z.core.$ZodType;
  readonly tree: Tree;
  /** The path of `tree` itself. */
  readonly path: string;
}

/** Says where in the file, and in plain words, what zod found wrong with a value that was read from a tree. */
export function schemaFindings(checked: Checked, failed: z.core.$ZodError): Finding[] {
  const pathOf = ({ path }: z.core.$ZodIssue) => JSON.stringify(path.map(String));
  const ofWrongKind = new Set(failed.issues.filter(({ code }) => code === 'invalid_type').map(pathOf));
  // Zod goes on to measure what is of the wrong kind, if it has a length.
  return failed.issues
    .filter((issue) => issue.code === 'invalid_type' || !ofWrongKind.has(pathOf(issue)))
    .flatMap((issue) => findingsOf(issue, checked));
}

function findingsOf(issue: z.core.$ZodIssue, checked: Checked): Finding[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => sayUnknownKey(key, issue.path, checked));
  const spot = findSpot(issue.path, checked);
  const said = spot.tree ? sayWrong(issue, spot) : sayMissing(spot);
  return [error(spot.at, { path: spot.path, ...said })];
}

interface Spot {
  /** What stands there, or null if nothing does. */
  readonly tree: Tree | null;
  /** Where it is; of what is missing, where the mapping begins that it is missing from. */
  readonly at: Position;
  readonly path: string;
  /** The last part of the path, such as `names[1]`. */
  readonly name: string;
  readonly description: string | undefined;
  readonly example: unknown;
}

function findSpot(keys: readonly PropertyKey[], { schema, tree, path }: Checked): Spot {
  let found: Tree | null = tree;
  let at = tree.at;
  for (const key of keys) {
    found = childOf(found, key);
    at = found?.at ?? at;
  }
  const fullPath = keys.reduce<string>(pathTo, path);
  const name = LAST_PART.exec(fullPath)?.[1] ?? 'the file';
  const { description, example } = metaOf(schemaAt(schema, keys));
  return { tree: found, at, path: fullPath, name, description, example };
}

/** A key with the indexes behind it. */
const LAST_PART = /(?:^|\.)([^.[\]]+(?:\[[^\]]*\])*)$/;

type Words = Pick<Finding, 'problem' | 'cure'>;

function sayMissing({ name, description, example }: Spot): Words {
  const what = description ? `${name} (${description})` : name;
  return { problem: `${name} is missing`, cure: `Add ${what}${likeThis({ name, example })}` };
}

function sayWrong(issue: z.core.$ZodIssue, spot: Spot): Words {
  const is = spot.tree ? describeTree(spot.tree) : 'missing';
  return { problem: `${spot.name}${sayHow(issue, is)}`, cure: cureFor(issue, spot) };
}

/** How the sentence goes on that begins with the name of a value. */
function sayHow(issue: z.core.$ZodIssue, is: string): string {
  const { code } = issue;
  if (code === 'invalid_type') return ` is ${is}, not ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (code === 'too_small')
    return is === 'empty' ? ' is empty' : ` is ${is}, which is too ${sizeWord(issue.origin).small}`;
  if (code === 'too_big') return ` is ${is}, which is too ${sizeWord(issue.origin).big}`;
  if (code === 'invalid_format') return ` is ${is}, which is not allowed`;
  if (code === 'invalid_value') return ` is ${is}, which is none of ${listed(issue.values.map(String))}`;
  if (code === 'not_multiple_of')
    return ` is ${is}, not ${issue.divisor === 1 ? EXPECTED['int'] : `a multiple of ${issue.divisor}`}`;
  return `: ${issue.message}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

function sizeWord(origin: string): { small: string; big: string } {
  return ['string', 'array', 'set'].includes(origin)
    ? { small: 'short', big: 'long' }
    : { small: 'small', big: 'large' };
}

/** What stands there as a person would say it, cut where it gets long. */
export function describeTree(tree: Tree): string {
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'map') return 'a mapping';
  const { value, text } = tree;
  if (value === null || value === '') return 'empty';
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (typeof value === 'string') return `the text ${JSON.stringify(shown)}`;
  return typeof value === 'number' ? `the number ${shown}` : `the truth value ${shown}`;
}

/** The last resort is what the field's schema says of itself: every field of ours does. */
function cureFor(issue: z.core.$ZodIssue, spot: Spot): string {
  const given: unknown = issue.code === 'custom' ? issue.params?.['cure'] : undefined;
  if (typeof given === 'string') return given;
  const ofKind = issue.code === 'invalid_type' ? cureForKind(issue.expected, spot) : null;
  return ofKind ?? `Write ${spot.description ?? `another ${spot.name}`}${likeThis(spot)}`;
}

function cureForKind(expected: string, { tree, name, example }: Spot): string | null {
  const text = tree?.kind === 'scalar' && tree.value !== null ? tree.text : null;
  if (isQuotedCount(expected, text)) return `Take the quotes away: ${text}`;
  if (example !== undefined) return null;
  if (['object', 'record'].includes(expected)) return 'Write a mapping of keys to values';
  if (text === null) return null;
  if (expected === 'string') return `Put it in quotes: ${JSON.stringify(text)}`;
  return expected === 'array' ? `Write a list, like ${name}: [${text}]` : null;
}

function isQuotedCount(expected: string, text: string | null): boolean {
  return ['int', 'number'].includes(expected) && /^[0-9]+$/.test(text ?? '');
}

function likeThis({ name, example }: Pick<Spot, 'name' | 'example'>): string {
  if (example === undefined) return '';
  const shown = typeof example === 'string' ? example : JSON.stringify(example);
  return name.endsWith(']') ? `, like ${shown}` : `, like ${name}: ${shown}`;
}

function sayUnknownKey(key: string, owner: readonly PropertyKey[], checked: Checked): Finding {
  const { tree, path, name } = findSpot(owner, checked);
  const at = (tree?.kind === 'map' ? tree.entries.get(key)?.keyAt : tree?.at) ?? checked.tree.at;
  const known = keysOf(schemaAt(checked.schema, owner));
  const near = nearest(key, known);
  const cure = near ? `Did you mean ${near}?` : `Delete it; what can stand here: ${listed(known)}`;
  return error(at, { path: pathTo(path, key), problem: `${key} is not a key of ${name}`, cure });
}
