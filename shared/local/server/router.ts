import type { IncomingMessage } from 'node:http';

import { MasonError, type ErrorCode } from '../../errors.ts';
import { errorAnswer, type Answer } from './answer.ts';
import { readBody } from './readBody.ts';

/** A request that found its route. */
export interface ApiRequest {
  /** What stands in the path for `:name`. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** The parsed JSON of a POST; undefined otherwise. */
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** A last part `:name` stands for anything. */
  readonly path: string;
  /** @returns what is answered as JSON */
  handle(request: ApiRequest): Promise<unknown>;
}

/** Finds the route of a request, and turns whatever comes of it into an answer. Never rejects. */
export function createRouter(routes: readonly Route[]): (request: IncomingMessage) => Promise<Answer> {
  return async (request) => {
    try {
      return await answer(routes, request);
    } catch (error) {
      return failed(error);
    }
  };
}

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const there = routes.flatMap((route) => {
    const name = match(route.path, url.pathname);
    return name === null ? [] : [{ route, name }];
  });
  if (there.length === 0) return errorAnswer(404, 'NOT_FOUND', `there is nothing at ${url.pathname}`);
  const found = there.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    const allow = there.map(({ route }) => route.method).join(', ');
    const refused = errorAnswer(405, 'METHOD_NOT_ALLOWED', `${url.pathname} takes only ${allow}`);
    return { ...refused, headers: { allow } };
  }
  const read = found.route.method === 'POST' ? await readBody(request) : { body: undefined };
  if ('refusal' in read) return read.refusal;
  const body = await found.route.handle({ name: found.name, query: url.searchParams, body: read.body });
  return { status: 200, body };
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

/** HTTP status of each error; whatever isn't here is a fault of this side: 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  MESSAGE_INVALID: 400,
  NOT_FOUND: 404,
  REFUSED: 409,
  LEDGER_UNAVAILABLE: 503,
};

function failed(error: unknown): Answer {
  if (error instanceof MasonError) return errorAnswer(STATUS[error.code] ?? 500, error.code, error.message);
  const message = error instanceof Error ? error.message : String(error);
  return errorAnswer(500, 'INTERNAL', `a fault in Mason itself: ${message}`);
}
