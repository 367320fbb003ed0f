import type { Clock } from '../../runtime/clock.ts';
import { busy, CallFault, isBusy, unreachable, type Reply } from './fault.ts';

/** A server, and how it is talked to. */
export interface Server {
  readonly base: string;
  readonly authorization: () => Promise<string | null>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * One attempt at one call. Time is up for all of it at once, its credentials included: whoever gives them may hang, too.
 * @throws CallFault if there is no answer, or one that says `later`; what the credentials' function throws
 */
export async function exchange(server: Server, call: Call): Promise<Reply> {
  const late = new AbortController();
  const cancel = server.clock.after(server.timeout, () => {
    late.abort(new Error('', { cause: new Error(`no answer within ${server.timeout / 1_000} s`) }));
  });
  try {
    const authorization = await authorize(server, late.signal);
    return await send(server, call, { authorization, signal: late.signal });
  } finally {
    cancel();
  }
}

/** @throws CallFault if there are no credentials in time: nothing was sent then, and nothing is any more */
async function authorize(
  { base, authorization, timeout }: Server,
  late: AbortSignal,
): Promise<string | null> {
  const over = Promise.withResolvers<never>();
  late.addEventListener('abort', () => {
    const message = `there are no credentials for ${base} within ${timeout / 1_000} s`;
    over.reject(new CallFault('SERVER_UNREACHABLE', message, { sent: false }));
  });
  return Promise.race([authorization(), over.promise]);
}

interface Sending {
  readonly authorization: string | null;
  readonly signal: AbortSignal;
}

async function send(
  { base, fetch }: Server,
  { method, path, parameters }: Call,
  { authorization, signal }: Sending,
): Promise<Reply> {
  // The wire looks for parameters in the query alone.
  const query = parameters === undefined ? '' : `?${new URLSearchParams(parameters).toString()}`;
  try {
    const response = await fetch(`${base}${path}${query}`, {
      method,
      // Credentials go to nobody but the server that they are for.
      redirect: 'manual',
      signal,
      ...(authorization !== null && { headers: { authorization } }),
    });
    const text = await response.text();
    const reply = {
      call: `${method} ${base}${path}`,
      status: response.status,
      text,
      headers: response.headers,
    };
    if (isBusy(reply)) throw busy(reply);
    return reply;
  } catch (error) {
    throw error instanceof Error && 'sent' in error ? error : unreachable(base, error);
  }
}
