import * as z from 'zod';

import type { Held, Resource } from '../lease.ts';
import { strange, type Reply } from './fault.ts';
import { persist, type Persistence, type PersistParts } from './persist.ts';

/** The calls of Boskos's wire that a user makes. Each throws CallFault, or the signal's reason. */
export interface Wire {
  acquire(
    wanted: Take & { readonly type: string; readonly requestId: string },
    by: Persistence,
  ): Promise<Acquired>;
  /** One by its name: of several, the original keeps what a failing call took. Null: it is not there for the caller. */
  take(wanted: Take & { readonly name: string }, by: Persistence): Promise<Taken>;
  release(
    released: { readonly name: string; readonly dest: string; readonly owner: string },
    by: Persistence,
  ): Promise<Touched>;
  /** A sign of life. */
  update(
    updated: { readonly name: string; readonly state: string; readonly owner: string },
    by: Persistence,
  ): Promise<Touched>;
  /** What is told of a resource to everybody. Beyond the original's wire. */
  show(name: string, by: Persistence): Promise<Shown>;
}

interface Take {
  readonly state: string;
  readonly dest: string;
  readonly owner: string;
}

export type Acquired =
  | { readonly kind: 'acquired'; readonly resource: Resource }
  | { readonly kind: 'none'; readonly position: number | null; readonly length: number | null }
  | { readonly kind: 'unknownType' };

export interface Taken {
  readonly resource: Resource | null;
  /** Where it is null: an earlier attempt may have taken it, its answer lost. */
  readonly doubtful: boolean;
}

export type Touched =
  | { readonly kind: 'done' }
  | { readonly kind: 'notFound' }
  /** Empty: nobody's. */
  | { readonly kind: 'notOurs'; readonly owner: string }
  /** Ours, in another state than the caller says. */
  | { readonly kind: 'otherState' };

export type Shown = Held | 'notFound' | 'notTold';

export function openWire(parts: PersistParts): Wire {
  const post = (path: string, parameters: Record<string, string>, by: Persistence) =>
    persist(parts, { method: 'POST', path, parameters }, by);
  return {
    async acquire({ requestId, ...wanted }, by) {
      const { reply } = await post('/acquire', { ...wanted, request_id: requestId }, by);
      return readAcquired(reply);
    },
    async take({ name, ...wanted }, by) {
      const { reply, repeated } = await post('/acquirebystate', { ...wanted, names: name }, by);
      if (says(reply, 404, NONE)) return { resource: null, doubtful: repeated };
      const resource = parsed(reply, z.array(resourceSchema)).find((taken) => taken.name === name);
      if (resource === undefined) throw strange(reply);
      return { resource, doubtful: false };
    },
    async release(released, by) {
      const { reply, repeated } = await post('/release', released, by);
      const touched = readTouched(reply);
      // It was the earlier attempt that released it.
      return repeated && touched.kind !== 'otherState' ? { kind: 'done' } : touched;
    },
    async update(updated, by) {
      return readTouched((await post('/update', updated, by)).reply);
    },
    async show(name, by) {
      const path = `/resources/${encodeURIComponent(name)}`;
      return readShown((await persist(parts, { method: 'GET', path }, by)).reply);
    },
  };
}

/** What the wire shows of a resource. More than that is passed over. */
const resourceSchema = z
  .object({
    type: z.string(),
    name: z.string(),
    userdata: z.record(z.string(), z.string()).nullish(),
  })
  .transform(({ type, name, userdata }): Resource => ({
    type,
    name,
    userData: userdata ?? {},
  }));

const shownSchema = z
  .object({
    name: z.string(),
    state: z.string(),
    owner: z.string(),
    leased: z.array(z.string()).default([]),
  })
  .transform(({ leased, ...rest }): Held => ({ ...rest, leased: leased.map((name) => ({ name })) }));

// The reason in an error's body, as the original words it: what stands before Boskos answers by the same statuses.
const NONE = /no available resource .*, try again later\.$/s;
const UNKNOWN_TYPE = /resource type ".*" does not exist$/s;
const NOT_OURS = /owner mismatch request by .*, currently owned by ?(.*)$/s;
const OTHER_STATE = /state mismatch - expected .*, current /s;

const says = ({ status, text }: Reply, expected: number, reason: RegExp): boolean =>
  status === expected && reason.test(text.trim());

function readAcquired(reply: Reply): Acquired {
  if (says(reply, 404, UNKNOWN_TYPE)) return { kind: 'unknownType' };
  if (!says(reply, 404, NONE)) return { kind: 'acquired', resource: parsed(reply, resourceSchema) };
  return {
    kind: 'none',
    position: count(reply.headers.get('mason-queue-position')),
    length: count(reply.headers.get('mason-queue-length')),
  };
}

const count = (header: string | null): number | null =>
  /^\d{1,9}$/.test(header ?? '') ? Number(header) : null;

function readTouched(reply: Reply): Touched {
  const { status, text } = reply;
  if (status === 200 && text.trim() === '') return { kind: 'done' };
  if (says(reply, 404, NONE)) return { kind: 'notFound' };
  const mismatch = status === 401 ? NOT_OURS.exec(text.trim()) : null;
  if (mismatch !== null) return { kind: 'notOurs', owner: mismatch[1] ?? '' };
  if (says(reply, 409, OTHER_STATE)) return { kind: 'otherState' };
  throw strange(reply);
}

function readShown(reply: Reply): Shown {
  // Whatever is no call of its own, the original answers with nothing.
  if (reply.status === 200 && reply.text === '') return 'notTold';
  return says(reply, 404, /^there is no resource /) ? 'notFound' : parsed(reply, shownSchema);
}

/** @throws CallFault BOSKOS_REFUSED */
function parsed<Value>(reply: Reply, schema: z.ZodType<Value>): Value {
  const read = reply.status === 200 ? schema.safeParse(parseJson(reply.text)) : null;
  if (read?.success !== true) throw strange(reply);
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
