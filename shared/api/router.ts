import { ERRORS, MasonError } from '../errors.ts';
import type { HttpAnswer, HttpCall } from '../http/handler.ts';
import { reasonOf } from '../mason/reasonOf.ts';
import type { Log } from '../runtime/log.ts';
import { errorAnswer, jsonAnswer, refusalIn } from './answer.ts';

/** A request that found its route. */
export interface ApiRequest {
  /** What stands in the path for `:name`. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** The parsed JSON of a POST; undefined otherwise. */
  readonly body: unknown;
  /** Who asks; absent: somebody on this machine. */
  readonly by?: string;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** A last part `:name` stands for anything. */
  readonly path: string;
  /** @returns what is answered as JSON */
  handle(request: ApiRequest): Promise<unknown>;
}

/** Who asks, if that is known. */
export type Asker = Pick<ApiRequest, 'by'>;

export interface RouterOptions {
  /** Gets each fault of this side. */
  readonly log: Log;
  /** Whether who asks is told such a fault in its own words; else only its kind. */
  readonly tellsFaults: boolean;
}

/** Finds the route of a request, and turns whatever comes of it into an answer. Never rejects. */
export function createRouter(
  routes: readonly Route[],
  { log, tellsFaults }: RouterOptions,
): (call: HttpCall, asker?: Asker) => Promise<HttpAnswer> {
  return async (call, asker = {}) => {
    try {
      return await answer(routes, call, asker);
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal !== null)
        return errorAnswer(refusal.status, { code: refusal.code, message: refusal.message });
      const message = `${call.method} ${call.path} could not be answered: ${reasonOf(error)}`;
      log({ severity: 'ERROR', event: 'call-failed', message });
      return faultAnswer(error, tellsFaults);
    }
  };
}

async function answer(routes: readonly Route[], call: HttpCall, asker: Asker): Promise<HttpAnswer> {
  const there = routes.flatMap((route) => {
    const name = match(route.path, call.path);
    return name === null ? [] : [{ route, name }];
  });
  if (there.length === 0)
    return errorAnswer(404, { code: 'NOT_FOUND', message: `there is nothing at ${call.path}` });
  const found = there.find(({ route }) => route.method === call.method);
  if (found === undefined) {
    const allow = there.map(({ route }) => route.method).join(', ');
    const message = `${call.path} takes only ${allow}`;
    return errorAnswer(405, { code: 'METHOD_NOT_ALLOWED', message }, { allow });
  }
  const read = found.route.method === 'POST' ? bodyOf(call) : { body: undefined };
  if ('refusal' in read) return read.refusal;
  const query = new URLSearchParams(call.query);
  return jsonAnswer(200, await found.route.handle({ ...asker, name: found.name, query, ...read }));
}

/** The JSON of a request's body, or how it is refused. */
function bodyOf({ headers, body }: HttpCall): { readonly body: unknown } | { readonly refusal: HttpAnswer } {
  const refuse = (status: number, code: string, message: string) => ({
    refusal: errorAnswer(status, { code, message }),
  });
  if (!/^application\/json(\s*;|$)/i.test(String(headers['content-type'] ?? '')))
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'send Content-Type: application/json');
  if (body === null) return refuse(413, 'TOO_LARGE', 'the body is larger than is taken here');
  try {
    return { body: JSON.parse(Buffer.from(body).toString('utf8')) as unknown };
  } catch {
    return refuse(400, 'MESSAGE_INVALID', 'the body is no JSON');
  }
}

/** @returns what stands for `:name` (nothing: an empty text), or null if the path is another one */
function match(pattern: string, path: string): string | null {
  if (!pattern.endsWith('/:name')) return pattern === path ? '' : null;
  const prefix = pattern.slice(0, -':name'.length);
  const rest = path.slice(prefix.length);
  if (!path.startsWith(prefix) || rest === '' || rest.includes('/')) return null;
  try {
    return decodeURIComponent(rest);
  } catch {
    throw new MasonError('MESSAGE_INVALID', `${rest} is no URL-encoded name`);
  }
}

function faultAnswer(error: unknown, tellsFaults: boolean): HttpAnswer {
  if (error instanceof MasonError) {
    const { code, message, retry } = error;
    return errorAnswer(retry ? 503 : 500, { code, message: tellsFaults ? message : ERRORS[code].meaning });
  }
  const reason = tellsFaults ? `: ${reasonOf(error)}` : '';
  return errorAnswer(500, { code: 'INTERNAL', message: `a fault in Mason itself${reason}` });
}
