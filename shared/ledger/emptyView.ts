import type { PoolView } from './port.ts';

/** Of a type that has no members. */
export const emptyView = (type: string): PoolView => ({
  type,
  states: {},
  phases: {},
  owned: 0,
  waiting: 0,
  quarantined: 0,
});
