import * as z from 'zod';

import { parseDocument } from '../../parseDocument.ts';
import type { AcquireRequest } from '../../port.ts';
import { hashOf } from '../store/documentId.ts';
import type { Kind } from '../store/kind.ts';

const requestSchema = z.object({
  type: z.string(),
  state: z.string(),
  requestId: z.string(),
  /** When it began to wait (ms since the epoch). */
  since: z.number(),
  /** From then on (ms since the epoch) nobody waits for it; its place is kept until it is forgotten. */
  expiresAt: z.number(),
  /** The resource that was made for it; null: none was. */
  made: z.string().nullable(),
});
export type RequestDocument = Readonly<z.infer<typeof requestSchema>>;

/** Users' places in the queue. `forgetAt` is for Firestore's own clearing, should sync not run. */
export const requests: Kind<RequestDocument> = {
  collection: 'requests',
  encode: (request) => ({
    ...request,
    turn: turnOf(request.since, request.requestId),
    forgetAt: forgetAt(request.expiresAt),
  }),
  decode: (fields, id) => parseDocument(fields, { schema: requestSchema, what: `the request ${id}` }),
};

type Asked = Pick<AcquireRequest, 'type' | 'state' | 'requestId'>;
export const requestKey = ({ type, state, requestId }: Asked): string => hashOf(type, state, requestId);

const DIGITS = 17;

/** Sorts as (since, requestId) does: one field, since a query has one range for its order. */
export const turnOf = (since: number, requestId: string): string =>
  `${String(Math.round(since * 1_000)).padStart(DIGITS, '0')}/${requestId}`;

const answerSchema = z.object({
  name: z.string(),
  lastUpdate: z.number(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});
export type AnswerDocument = Readonly<z.infer<typeof answerSchema>>;

/** What requests were given, should an answer be lost. */
export const answers: Kind<AnswerDocument> = {
  collection: 'answers',
  encode: (answer) => ({ ...answer, forgetAt: forgetAt(answer.expiresAt) }),
  decode: (fields, id) => parseDocument(fields, { schema: answerSchema, what: `the answer ${id}` }),
};

export const answerKey = ({ type, state, dest, owner, requestId }: AcquireRequest): string =>
  hashOf(type, state, dest, owner, requestId);

/** Long after sync has forgotten it: Firestore's clearing is housekeeping only. */
const FORGET_AFTER_MS = 24 * 3_600_000;
const forgetAt = (expiresAt: number): Date => new Date(expiresAt + FORGET_AFTER_MS);
