import { STATE, type ResourceRecord } from '../records.ts';

/** Why Mason might take it: `bare` and `built` are both free. */
export const SHELF = { bare: 'bare', built: 'built' } as const;

/** @returns the shelf on which Mason finds it when it looks for work; undefined: it doesn't stand on any */
export function shelfOf({ owner, state, work, loan }: ResourceRecord): string | undefined {
  if (owner !== '' || loan !== null) return undefined;
  if (state === STATE.free) return work?.builtBy == null ? SHELF.bare : SHELF.built;
  const isTaken = state === STATE.dirty || state === STATE.toBeDeleted || state === STATE.tombstone;
  return isTaken ? state : undefined;
}
