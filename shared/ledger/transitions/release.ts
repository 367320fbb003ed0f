import type { ResourceRecord } from '../records.ts';
import type { Moment } from './work.ts';

/**
 * Nobody holds the resource any more. Its lifespan begins anew, as in the original's server. If another server lends it,
 * that one sees to lifespans, and is to be told at once: there is no other way out of Mason's hands than this one.
 */
export function releaseAs<R extends ResourceRecord>(
  record: R,
  state: string,
  how: Moment & { readonly lifespanMs: number | null },
): R {
  const { loan } = record;
  return {
    ...record,
    state,
    owner: '',
    heldBy: null,
    lastUpdate: how.at,
    expiration: how.lifespanMs === null || loan !== null ? null : how.at + how.lifespanMs,
    rand: how.rand,
    loan: loan === null ? null : { ...loan, dueAt: how.at },
    hold: null,
  };
}
