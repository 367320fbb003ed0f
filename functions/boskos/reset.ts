import { refused } from '../../shared/http/handler.ts';
import { goMap, goText } from '../../shared/boskos/wire/goJson.ts';
import { parseGoDuration } from '../../shared/config/goDuration.ts';
import { sniffed, type BoskosAnswer } from './answer.ts';
import { onlyPost, type BoskosParts, type Call, type Route } from './call.ts';

/** POST /reset: takes from their owners what showed no sign of life for longer than `expire`. */
export const reset: Route = {
  method: 'POST',
  path: '/reset',
  refusal: onlyPost('/reset'),
  answer,
};

async function answer({ users }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const [type, state, expire, dest] = [
    parameter('type'),
    parameter('state'),
    parameter('expire'),
    parameter('dest'),
  ];
  if (type === '' || state === '' || expire === '' || dest === '') {
    const given = `Type: ${type}, state: ${state}, expire: ${expire}, dest: ${dest}`;
    return refused(400, `${given}, all of them must be set in the request.`);
  }
  const expireMs = parseGoDuration(expire);
  if (typeof expireMs === 'string') return refused(400, expireMs);
  return sniffed(goMap(await users.reset({ type, state, dest, expireMs }), goText));
}
