import { forEachAlone } from '../../shared/mason/forEachAlone.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { boundsOf, type TypeRecord } from '../../shared/ledger/typeRecord.ts';

type Watched = Pick<Mason, 'ledger' | 'boskos' | 'log'>;

/**
 * Says in the log which pools are not at their size and for how long the first in line has waited: alerts are made of it.
 * Reads no member but that one, so that a minute costs two or three reads a type, however many members there are. A pool
 * of which nothing is to be said gets no line.
 */
export async function watchPools(mason: Watched): Promise<void> {
  const types = await mason.ledger.configs.types();
  await forEachAlone(types, mason.boskos.poolsAtOnce, (spec) => watchPool(mason, spec));
}

async function watchPool({ ledger, boskos, log }: Watched, spec: TypeRecord): Promise<void> {
  const { type, managed } = spec;
  const line = { id: type, virtualTypes: managed ? [type] : [], physicalTypes: [type] };
  const [first] = await ledger.queue.waiters(line, { after: null, limit: 1 });
  // Of a physical pool dirty members are the janitor's, and some always are: what counts is that somebody waits for it.
  if (!managed && first === undefined) return;
  const { at, members: ready } = await boskos.ready(type);
  const { min } = boundsOf(spec);
  const missing = Math.max(0, min - ready);
  if (missing === 0 && first === undefined) return;
  const waitedMs = first === undefined ? null : Math.max(0, at - first.since);
  log({
    severity: 'DEBUG',
    event: 'pool',
    message: `${type}: ${ready} of at least ${min} are ready${waitedMs === null ? '' : waited(waitedMs)}`,
    type,
    figures: {
      ...{ ready, min, missingPercent: min === 0 ? 0 : Math.round((100 * missing) / min) },
      ...{ waiting: waitedMs !== null, oldestWaiterAgeMs: waitedMs ?? 0 },
    },
  });
}

const waited = (ms: number): string => `, the first in line has waited ${Math.round(ms / 1_000)} s`;
