import { refused } from '../../shared/http/handler.ts';
import type { BoskosAnswer } from './answer.ts';
import type { BoskosParts, Route } from './call.ts';
import { EXPOSITION_TYPE } from './metrics/exposition.ts';

/** GET /metrics. The original has it on a port of its own. */
export const metrics: Route = {
  method: 'GET',
  path: '/metrics',
  refusal: () => '/metrics only accepts GET',
  answer,
};

async function answer({ metrics: kept }: BoskosParts): Promise<BoskosAnswer> {
  if (kept === undefined) return refused(404, 'nothing is measured here');
  return { status: 200, headers: { 'content-type': EXPOSITION_TYPE }, body: await kept.text() };
}
