import type { Clock } from '../../runtime/clock.ts';
import { busy, isBusy, unreachable, type Reply } from './fault.ts';

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
 * One attempt at one call.
 * @throws CallFault if there is no answer, or one that says `later`
 */
export async function exchange(server: Server, { method, path, parameters }: Call): Promise<Reply> {
  const { base, clock } = server;
  const authorization = await server.authorization();
  const late = new AbortController();
  const cancel = clock.after(server.timeout, () => {
    late.abort(new Error('', { cause: new Error(`no answer within ${server.timeout / 1_000} s`) }));
  });
  // The wire looks for parameters in the query alone.
  const query = parameters === undefined ? '' : `?${new URLSearchParams(parameters).toString()}`;
  try {
    const response = await server.fetch(`${base}${path}${query}`, {
      method,
      // Credentials go to nobody but the server that they are for.
      redirect: 'manual',
      signal: late.signal,
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
  } finally {
    cancel();
  }
}
