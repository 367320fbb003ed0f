import type { ResourceRecord, Work, WorkRecord } from '../../../shared/ledger/records.ts';
import { NEW_WORK } from '../../../shared/ledger/transitions/work.ts';

/** A free project of which nothing is known but what a test says. */
export const recordOf = (change: Partial<ResourceRecord> = {}): ResourceRecord => ({
  schema: 1,
  name: 'p',
  type: 'project',
  state: 'free',
  owner: '',
  userData: {},
  heldBy: null,
  loan: null,
  hold: null,
  lastUpdate: 0,
  expiration: null,
  rand: 0,
  work: null,
  ...change,
});

/** A cluster on which Mason works, or worked. */
export const workOf = (work: Partial<Work>, change: Partial<ResourceRecord> = {}): WorkRecord => ({
  ...recordOf({ name: 'c', type: 'cluster', ...change }),
  work: { ...NEW_WORK, ...work },
});
