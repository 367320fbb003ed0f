import { STATE } from '../records.ts';

/** What the original's reaper looks at. In any other state an owner may keep a resource for as long as he likes. */
export const REAPED_STATES: readonly string[] = [STATE.busy, STATE.cleaning, STATE.leased];

/** In these an unowned virtual resource is moved on, or shown to a person; in any other it would be left for ever. */
export const SETTLED_STATES: readonly string[] = [
  STATE.dirty,
  STATE.free,
  STATE.quarantined,
  STATE.returned,
  STATE.toBeDeleted,
  STATE.tombstone,
];

/** In these an unowned resource is Mason's to take. */
export const TAKEN_STATES: readonly string[] = [STATE.dirty, STATE.toBeDeleted];
