import type { PoolView } from '../../../shared/ledger/port.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import type { GaugeSource } from './boskosMetrics.ts';
import { expositionOf, type Gauge } from './exposition.ts';
import { STATE_LABELS, stateLabel } from './labels.ts';

/** The gauges of /metrics as the ledger has them now: an instance's memory goes when it scales to zero. */
export async function gauges(source: GaugeSource): Promise<string> {
  const [pools, types] = await Promise.all([source.ledger.views.pools(), source.ledger.configs.types()]);
  const ages = await oldestWaiters(source, types);
  return expositionOf([
    {
      name: 'boskos_resources',
      help: 'Number of resources recorded in Boskos by resource type and state.',
      samples: pools.flatMap(statesOf),
    },
    {
      name: 'mason_quarantined',
      help: 'Number of resources that wait for a person, by resource type.',
      samples: pools.map(({ type, quarantined }) => ({ labels: { type }, value: quarantined })),
    },
    {
      name: 'mason_waiting',
      help: 'Number of virtual resources that wait for what they need, by resource type.',
      samples: pools.map(({ type, waiting }) => ({ labels: { type }, value: waiting })),
    },
    {
      name: 'mason_oldest_waiter_age_seconds',
      help: 'For how long the first in line has waited: a virtual resource of the type for its needs, or a user for a free one of it.',
      samples: ages,
    },
  ]);
}

/** Each of the original's states, also those in which there is none. Mason's own (parked, quarantined) are `other`. */
function statesOf({ type, states }: PoolView): Gauge['samples'] {
  const counts = new Map(STATE_LABELS.map((state) => [state, 0]));
  for (const [state, count] of Object.entries(states)) {
    const label = stateLabel(state);
    counts.set(label, (counts.get(label) ?? 0) + count);
  }
  return [...counts].map(([state, value]) => ({ labels: { type, state }, value }));
}

const oldestWaiters = (
  { ledger, clock }: GaugeSource,
  types: readonly TypeRecord[],
): Promise<Gauge['samples']> =>
  Promise.all(
    types.map(async ({ type, managed }) => {
      const line = { id: type, virtualTypes: managed ? [type] : [], physicalTypes: [type] };
      const [first] = await ledger.queue.waiters(line, { after: null, limit: 1 });
      const ageMs = first === undefined ? 0 : Math.max(0, clock.now() - first.since);
      return { labels: { type }, value: ageMs / 1_000 };
    }),
  );
