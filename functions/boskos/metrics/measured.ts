import type { Clock } from '../../../shared/runtime/clock.ts';
import type { BoskosHandler } from '../boskos.ts';
import { templateOf } from '../routes.ts';
import type { BoskosMetrics } from './boskosMetrics.ts';
import { agentLabel } from './labels.ts';

/** The same handler, but each of its answers is measured. Put it outermost: a call that auth refuses counts, too. */
export const measured =
  (
    handle: BoskosHandler,
    { metrics, clock }: { readonly metrics: BoskosMetrics; readonly clock: Pick<Clock, 'monotonic'> },
  ): BoskosHandler =>
  async (request) => {
    const startedAt = clock.monotonic();
    const answer = await handle(request);
    const { method, path, headers } = request;
    metrics.answered({
      method,
      path: templateOf(path),
      status: answer.status,
      agent: agentLabel(headers['user-agent']),
      durationMs: clock.monotonic() - startedAt,
      bytes: method === 'HEAD' ? 0 : Buffer.byteLength(answer.body),
    });
    return answer;
  };
