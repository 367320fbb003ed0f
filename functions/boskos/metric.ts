import { refused } from '../../shared/http/handler.ts';
import { metricJson } from '../../shared/boskos/wire/resourceJson.ts';
import { json, type BoskosAnswer } from './answer.ts';
import { noneAvailable, type BoskosParts, type Call, type Route } from './call.ts';

/** GET /metric: how many of a type are in which state, and in whose hands. */
export const metric: Route = {
  method: 'GET',
  path: '/metric',
  refusal: () => '/metric only accepts GET',
  answer,
};

async function answer({ users }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const type = parameter('type');
  if (type === '') return refused(400, 'Type must be set in the request.');
  const found = await users.metric(type);
  return found === null ? refused(404, noneAvailable(type)) : json(metricJson(found));
}
