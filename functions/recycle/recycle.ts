import type { Masonry } from '../../shared/mason/masonry.ts';
import type { Outcome, PhaseWork } from '../../shared/mason/run.ts';

/**
 * recycle: a virtual resource that was dirty or toBeDeleted. Lets the Masonable destroy what it made; then its leases go
 * back dirty and all of its user data is cleared. A toBeDeleted one ends in a tombstone.
 */
export function recycle(masonry: Masonry): PhaseWork {
  return async (run): Promise<Outcome> => {
    const destruction = await masonry.destroy(run);
    if ('kind' in destruction) return destruction;
    return destruction.done ? { kind: 'recycled' } : { ...destruction, kind: 'notYet' };
  };
}
