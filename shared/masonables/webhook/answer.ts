import * as z from 'zod';

import { LEASED_RESOURCES } from '../../ledger/records.ts';
import type { Json, UserData } from '../../ledger/records.ts';

/** What a body was read as, or why it can't be. A fault says of what kind it is, and quotes nothing: it holds credentials. */
export type Answer<T> = { readonly value: T } | { readonly fault: string };

/** What a server that isn't ready yet answers. */
export interface Later {
  readonly checkpoint: Json;
  readonly againInMs: number | undefined;
}

/** `{"userData": {…}}`; nothing at all is no user data. */
export function readUserData(body: string): Answer<UserData> {
  const read = readAs(body, doneSchema, '{"userData": {"key": "text", …}}');
  if ('fault' in read) return read;
  const { userData } = read.value;
  if (LEASED_RESOURCES in userData)
    return { fault: `user data without the key ${LEASED_RESOURCES}: Mason writes that one itself` };
  return { value: userData };
}

/** What deletes or cleans has nothing to hand back. */
export const readNothing = (): Answer<undefined> => ({ value: undefined });

/** `{"checkpoint": any JSON, "againInMs": 30000}`; without a checkpoint it is null. */
export const readLater = (body: string): Answer<Later> =>
  readAs(body, laterSchema, '{"checkpoint": …, "againInMs": 30000}, or nothing');

const doneSchema = z.strictObject({ userData: z.record(z.string(), z.string()).default({}) });
const laterSchema = z
  .strictObject({ checkpoint: z.json().default(null), againInMs: z.number().min(0).optional() })
  .transform(({ checkpoint, againInMs }): Later => ({ checkpoint, againInMs }));

function readAs<T>(body: string, schema: z.ZodType<T>, wanted: string): Answer<T> {
  const value = body.trim() === '' ? {} : parsed(body);
  if (value === undefined) return { fault: `${wanted}; found ${body.length} characters that are not JSON` };
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data };
  return { fault: `${wanted}; ${checked.error.issues.map(placeOf).join('; ')}` };
}

/** Zod's own message may quote a value. */
function placeOf({ code, path }: z.core.$ZodIssue): string {
  const [key = 'the answer'] = path;
  if (code === 'unrecognized_keys') return 'found other keys';
  return `at fault: ${String(key)}`;
}

/** Undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
