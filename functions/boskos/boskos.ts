import { readPath } from '../../shared/boskos/wire/path.ts';
import { readQuery } from '../../shared/boskos/wire/query.ts';
import { ERRORS, MasonError } from '../../shared/errors.ts';
import { LONGEST_VALUE_BYTES, refused, type HttpCall, type HttpHandler } from '../../shared/http/handler.ts';
import { reasonOf } from '../../shared/mason/reasonOf.ts';
import type { Log } from '../../shared/runtime/log.ts';
import { nothing, tooLarge, type BoskosAnswer } from './answer.ts';
import type { BoskosParts } from './call.ts';
import { moved } from './moved.ts';
import { findRoute } from './routes.ts';

/** Nothing in the wire looks at its headers: neither at the type of a body, nor at credentials. */
export type BoskosRequest = HttpCall;

/** Never rejects: a fault is answered, and logged. */
export type BoskosHandler = HttpHandler;

/** Boskos's API on our own ledger, call by call as the original answers it. */
export function createBoskosHandler(parts: BoskosParts & { readonly log: Log }): BoskosHandler {
  return async (request) => {
    try {
      return await answer(parts, request);
    } catch (error) {
      const message = `${request.method} ${request.path} could not be answered: ${reasonOf(error)}`;
      parts.log({ severity: 'ERROR', event: 'call-failed', message });
      return faultAnswer(error);
    }
  };
}

async function answer(
  parts: BoskosParts,
  { method, path, query, body }: BoskosRequest,
): Promise<BoskosAnswer> {
  if (body === null) return tooLarge('the body');
  const place = readPath(path);
  if (place.kind === 'malformed') return refused(400, '400 Bad Request');
  if (place.kind === 'moved') return moved({ method, path: place.path, query });
  const found = findRoute(place.segments);
  // Whatever is no call, the original answers with nothing.
  if (found === null) return nothing;
  const { route, name } = found;
  if (route.method !== method) return refused(405, route.refusal(method));
  const parameters = readQuery(query);
  const long = LIMITED.find((key) => Buffer.byteLength(parameters.get(key) ?? '') > LONGEST_VALUE_BYTES);
  if (long !== undefined) return refused(400, `${long} is longer than ${LONGEST_VALUE_BYTES} bytes`);
  return route.answer(parts, { parameter: (key) => parameters.get(key) ?? '', name, body });
}

/** What a ledger is asked for. */
const LIMITED = ['type', 'state', 'dest', 'owner', 'name', 'request_id', 'after'] as const;

/** Seconds until a client may try again what failed only for now. */
const RETRY_AFTER_S = '1';

/** Says no more than what kind of fault it is: the log has its reason. */
function faultAnswer(error: unknown): BoskosAnswer {
  if (error instanceof MasonError && error.retry)
    return refused(503, ERRORS[error.code].meaning, { 'retry-after': RETRY_AFTER_S });
  return refused(500, 'a fault in Mason itself');
}
