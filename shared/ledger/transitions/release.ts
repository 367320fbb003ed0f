import type { ResourceRecord } from '../records.ts';
import type { Moment } from './work.ts';

/** Nobody holds the resource any more. Its lifespan begins anew, as in the original's server. */
export function releaseAs<R extends ResourceRecord>(
  record: R,
  state: string,
  how: Moment & { readonly lifespanMs: number | null },
): R {
  return {
    ...record,
    state,
    owner: '',
    heldBy: null,
    lastUpdate: how.at,
    expiration: how.lifespanMs === null ? null : how.at + how.lifespanMs,
    rand: how.rand,
  };
}
