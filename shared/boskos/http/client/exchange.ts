import type { HttpAnswer } from '../../../config/httpText.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { LARGEST_BYTES, readBody } from './body.ts';
import { busy, lost, tooLarge } from './faults.ts';
import { urlOf, type Place } from './place.ts';
import type { Reply } from './reply.ts';

/** One request, as gaxios takes it. */
export interface BoskosRequestOptions {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly data?: string;
  readonly redirect: 'manual';
  readonly responseType: 'stream';
  readonly signal: AbortSignal;
  readonly validateStatus: (status: number) => boolean;
  readonly retry: boolean;
}

export type BoskosRequest = (options: BoskosRequestOptions) => Promise<HttpAnswer>;

/** A server, and how it is talked to. */
export interface Server {
  readonly place: Place;
  readonly authorization: () => Promise<string | null>;
  readonly clock: Clock;
  readonly request: BoskosRequest;
  /** Milliseconds that one attempt may take. */
  readonly deadlineMs: number;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  /** What of the body may stand in no message. */
  readonly secrets?: readonly string[];
}

/** A call under way. */
interface Passage {
  readonly call: string;
  readonly signal: AbortSignal;
  secrets: readonly string[];
  /** From here on it may have arrived. */
  sent: boolean;
}

/**
 * One attempt at one call. Time is up for all of it at once: a server may also hang in the middle of its answer.
 * @throws BoskosFault if there is no answer, one that says `later`, or one that is too large
 */
export async function exchange(server: Server, call: Call): Promise<Reply> {
  const controller = new AbortController();
  const passage: Passage = {
    call: `${call.method} ${server.place.base}${call.path}`,
    signal: controller.signal,
    secrets: call.secrets ?? [],
    sent: false,
  };
  const late = Promise.withResolvers<never>();
  const cancel = server.clock.after(server.deadlineMs, () => {
    const error = new Error(`not within ${server.deadlineMs / 1_000} s`);
    late.reject(lost(passage, { error, sent: passage.sent }));
    controller.abort();
  });
  try {
    return await Promise.race([pass(server, call, passage), late.promise]);
  } finally {
    cancel();
  }
}

async function pass(server: Server, call: Call, passage: Passage): Promise<Reply> {
  const authorization = await server.authorization();
  // A server may also repeat it without its scheme.
  if (authorization !== null) passage.secrets = [...passage.secrets, authorization.replace(/^\S+ /, '')];
  // What comes too late to be waited for must not be sent any more.
  passage.signal.throwIfAborted();
  passage.sent = true;
  const { answer, text } = await ask(server, call, { ...passage, authorization });
  const { status, headers } = answer;
  if (text === null) throw tooLarge(passage, { status, limit: LARGEST_BYTES });
  const reply = {
    call: passage.call,
    secrets: passage.secrets,
    status,
    text,
    location: headers.get('location'),
  };
  if (BUSY.includes(status)) throw busy(reply, headers.get('retry-after'));
  return reply;
}

/** Whoever answers these may do better later. */
const BUSY: readonly number[] = [429, 500, 502, 503, 504];

async function ask(
  { place, request }: Server,
  { method, path, parameters, body }: Call,
  { authorization, signal, ...passage }: Passage & { readonly authorization: string | null },
): Promise<{ readonly answer: HttpAnswer; readonly text: string | null }> {
  try {
    const answer = await request({
      url: urlOf(place, path, parameters),
      method,
      headers: {
        ...(authorization !== null && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { data: body }),
      // Credentials go to nobody but the server that they are for.
      redirect: 'manual',
      responseType: 'stream',
      signal,
      validateStatus: () => true,
      // gaxios itself would repeat what must not be repeated.
      retry: false,
    });
    return { answer, text: await readBody(answer) };
  } catch (error) {
    throw lost(passage, { error, sent: true });
  }
}
