import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import type { BoskosMetrics } from '../../../functions/boskos/metrics/boskosMetrics.ts';
import { gauges } from '../../../functions/boskos/metrics/gauges.ts';
import { measured } from '../../../functions/boskos/metrics/measured.ts';
import { overNode } from '../../http/overHttp.ts';
import type { Mason } from '../../mason/mason.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Listener } from '../server/openServer.ts';
import type { Histograms } from './histograms.ts';

/** Boskos's API on this Mason's ledger. Whoever may come in at all may do everything: see refusalOf. */
export function listenForBoskos(
  { users, ledger, log }: Pick<Mason, 'users' | 'ledger' | 'log'>,
  { clock, histograms }: { readonly clock: Clock; readonly histograms: Histograms },
): Listener {
  const metrics: BoskosMetrics = {
    ...histograms,
    text: async () => `${await gauges({ ledger, clock })}${await histograms.text()}`,
  };
  const handle = createBoskosHandler({ users, views: ledger.views, metrics, log });
  return overNode(measured(handle, { metrics, clock }));
}
