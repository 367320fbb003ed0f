import { refused } from '../../shared/http/handler.ts';
import { goQuote } from '../../shared/boskos/wire/goQuote.ts';
import { resourceJson } from '../../shared/boskos/wire/resourceJson.ts';
import { sniffed, type BoskosAnswer } from './answer.ts';
import { noneAvailable, onlyPost, type BoskosParts, type Call, type Route } from './call.ts';
import { stateLabel } from './metrics/labels.ts';

/** POST /acquire. A request_id that was granted before gets the same resource, should its reply have been lost. */
export const acquire: Route = {
  method: 'POST',
  path: '/acquire',
  refusal: onlyPost('/acquire'),
  answer,
};

async function answer({ users, metrics }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const [type, state, dest, owner] = [
    parameter('type'),
    parameter('state'),
    parameter('dest'),
    parameter('owner'),
  ];
  if (type === '' || state === '' || dest === '' || owner === '') {
    const given = `Type: ${type}, state: ${state}, dest: ${dest}, owner: ${owner}`;
    return refused(400, `Bad request: ${given}, all of them must be set in the request.`);
  }
  const request = { type, state, dest, owner, requestId: parameter('request_id') };
  const acquired = await users.acquire(request);
  switch (acquired.kind) {
    case 'acquired':
      metrics?.acquired({
        type,
        state: stateLabel(state),
        dest: stateLabel(dest),
        hasRequestId: request.requestId !== '',
        waitedMs: acquired.waitedMs,
      });
      return sniffed(resourceJson(acquired.resource));
    case 'unknownType':
      return refused(404, `Acquire failed: resource type ${goQuote(type)} does not exist`);
    case 'none':
      return refused(404, `Acquire failed: ${noneAvailable(type)}`, placeHeaders(acquired));
  }
}

/**
 * Beyond the wire: where the caller stands in the line, of how many. A caller without a request_id keeps no place and
 * stands behind the line; virtual resources that wait before him count for his position alone.
 */
const placeHeaders = ({ position, length }: { readonly position: number; readonly length: number }) => ({
  'mason-queue-position': String(position),
  'mason-queue-length': String(Math.max(position, length)),
});
