import * as z from 'zod';

import { LEASED_RESOURCES } from '../../ledger/records.ts';
import type { Json, UserData } from '../../ledger/records.ts';

/** What stdout was read as, or why it can't be. A fault says where and of what kind, and quotes nothing: stdout holds credentials. */
export type Answer<T> = { readonly value: T } | { readonly fault: string };

/** EX_TEMPFAIL of sysexits.h: "not yet". */
export const NOT_YET_CODE = 75;

/** What a command that isn't ready yet answers. */
export interface NotYetAnswer {
  readonly checkpoint: Json;
  /** A Go duration. */
  readonly againIn: string;
}

/** User data: one JSON object of strings; nothing at all is no user data. */
export function readUserData(stdout: Buffer): Answer<UserData> {
  const read = readObject(stdout);
  if ('fault' in read) {
    return read.fault === NOTHING
      ? { value: {} }
      : { fault: `user data: one JSON object of strings; found ${read.fault}` };
  }
  const entries = Object.entries(read.value);
  const odd = entries.findIndex(([, value]) => typeof value !== 'string');
  const [, value] = entries[odd] ?? [];
  if (value !== undefined) {
    return {
      fault: `user data: one JSON object of strings; its value number ${odd + 1} is ${kindOf(value)}`,
    };
  }
  if (LEASED_RESOURCES in read.value) {
    return { fault: `user data without the key ${LEASED_RESOURCES}: Mason writes that one itself` };
  }
  return { value: Object.fromEntries(entries) as UserData };
}

/** What deletes or cleans has nothing to hand back: a tool's chatter on stdout is passed over. */
export const readNothing = (): Answer<undefined> => ({ value: undefined });

/** `{"checkpoint": any JSON, "againIn": "30s"}`; without a checkpoint it is null. */
export function readNotYet(stdout: Buffer): Answer<NotYetAnswer> {
  const wanted = '{"checkpoint": …, "againIn": "30s"}, which exit code 75 (not yet) promises';
  const read = readObject(stdout);
  if ('fault' in read) return { fault: `${wanted}; found ${read.fault}` };
  const checked = notYetSchema.safeParse(read.value);
  if (checked.success) return { value: checked.data };
  const faulty = [...new Set(checked.error.issues.map(({ path: [key] }) => key ?? 'another key'))];
  return { fault: `${wanted}; at fault: ${faulty.map(String).join(', ')}` };
}

/** All strings in a readable answer: what must not be seen elsewhere. */
export function stringsIn(stdout: Buffer): string[] {
  const read = readObject(stdout);
  return 'fault' in read ? [] : Object.values(read.value).filter((value) => typeof value === 'string');
}

const notYetSchema = z.strictObject({ checkpoint: z.json().default(null), againIn: z.string() });

const NOTHING = 'nothing';

function readObject(stdout: Buffer): Answer<Readonly<Record<string, Json>>> {
  const text = decode(stdout);
  if (text === null) return { fault: `${stdout.length} bytes that are not UTF-8 text` };
  if (text.trim() === '') return { fault: NOTHING };
  const value = parse(text);
  if (value === undefined) return { fault: describe(text) };
  if (!isObject(value)) return { fault: kindOf(value) };
  return { value };
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Undefined when it is no JSON. The parser's own message quotes what it reads, so it is dropped. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The usual fault is progress on stdout, before or after the answer; say so if that is it. */
function describe(text: string): string {
  const lines = text.trimEnd().split('\n');
  const start = lines.findIndex((line) => line.startsWith('{'));
  if (start === -1) return `${lines.length} line(s) of text without a JSON object`;
  const end = lines.findLastIndex((line) => line.endsWith('}'));
  const places = [[start, end] as const, [start, start] as const, [end, end] as const];
  const place = places.find(([from, to]) => parse(lines.slice(from, to + 1).join('\n')) !== undefined);
  if (!place) return `text that begins a JSON object in line ${start + 1} and is not JSON`;
  const [from, to] = place;
  const where = from === to ? `line ${from + 1}` : `lines ${from + 1} to ${to + 1}`;
  return `a JSON object in ${where} of ${lines.length} and other text beside it (progress belongs on stderr)`;
}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a JSON array';
  return typeof value === 'object' ? 'a JSON object' : `a JSON ${typeof value}`;
}
