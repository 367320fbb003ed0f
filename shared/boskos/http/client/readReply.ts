import * as z from 'zod';

import type { Answer, LentResource, TypeMetric } from './client.ts';
import { strange } from './faults.ts';
import type { Reply } from './reply.ts';

/** Go's RFC 3339, with or without fractions of a second, as milliseconds since the epoch. */
const timeSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** A resource as the wire shows it. A client of Boskos passes over what it doesn't know. */
const resourceSchema = z
  .object({
    type: z.string(),
    name: z.string(),
    state: z.string(),
    owner: z.string(),
    lastupdate: timeSchema,
    userdata: z.record(z.string(), z.string()).nullish(),
    'expiration-date': timeSchema.nullish(),
  })
  .transform(({ lastupdate, userdata, 'expiration-date': expiration, ...rest }): LentResource => ({
    ...rest,
    userData: userdata ?? {},
    lastUpdate: lastupdate,
    expiration: expiration ?? null,
  }));

const countsSchema = z.record(z.string(), z.int().nonnegative());
const metricSchema = z.object({ current: countsSchema, owner: countsSchema });

const pageSchema = z.object({ resources: z.array(resourceSchema), after: z.string().nullable() });
export type Page = z.infer<typeof pageSchema>;

// The reason in an error's body, as the original words it: what stands before Boskos answers by the same statuses.
const NOT_THERE = /no available resource .*, try again later\.$|resource type ".*" does not exist$/s;
const NOT_OURS = /owner mismatch request by .*, currently owned by/s;
const OTHER_STATE = /state mismatch - expected .*, current /s;

const says = ({ status, text }: Reply, expected: number, reason: RegExp): boolean =>
  status === expected && reason.test(text.trim());

/** @throws BoskosFault BOSKOS_REFUSED */
export function readAcquired(reply: Reply): LentResource | null {
  return says(reply, 404, NOT_THERE) ? null : parsed(reply, resourceSchema);
}

/** @throws BoskosFault BOSKOS_REFUSED */
export function readAcquiredByState(reply: Reply, name: string): LentResource | null {
  if (says(reply, 404, NOT_THERE)) return null;
  const resource = parsed(reply, z.array(resourceSchema)).find((taken) => taken.name === name);
  if (resource === undefined) throw strange(reply);
  return resource;
}

/** @throws BoskosFault BOSKOS_REFUSED */
export function readAnswer(reply: Reply): Answer {
  if (reply.status === 200 && reply.text.trim() === '') return 'done';
  if (says(reply, 404, NOT_THERE)) return 'notFound';
  if (says(reply, 401, NOT_OURS)) return 'notOurs';
  if (says(reply, 409, OTHER_STATE)) return 'otherState';
  throw strange(reply);
}

/** @throws BoskosFault BOSKOS_REFUSED */
export function readMetric(reply: Reply): TypeMetric | null {
  return says(reply, 404, NOT_THERE) ? null : parsed(reply, metricSchema);
}

/**
 * @param after the name that the page is to begin behind; null: the first page
 * @returns null if the server has no such call
 * @throws BoskosFault BOSKOS_REFUSED
 */
export function readPage(reply: Reply, after: string | null): Page | null {
  // Whatever is no call of its own, the original answers so.
  if (reply.status === 200 && reply.text === '') return null;
  const page = parsed(reply, pageSchema);
  // The same page over and over would never end.
  if (after !== null && page.after === after) throw strange(reply);
  return page;
}

function parsed<Value>(reply: Reply, schema: z.ZodType<Value>): Value {
  if (reply.status !== 200) throw strange(reply);
  const read = schema.safeParse(parseJson(reply.text));
  if (!read.success) throw strange(reply);
  return read.data;
}

/** Undefined, which no schema takes, for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
