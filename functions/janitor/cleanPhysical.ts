import type { Masonry } from '../../shared/mason/masonry.ts';
import type { Outcome, PhaseWork } from '../../shared/mason/run.ts';

/** janitor: a physical resource that was dirty or toBeDeleted. Lets its type's cleaner clean it; then it is free. */
export function cleanPhysical(masonry: Masonry): PhaseWork {
  return async (run): Promise<Outcome> => {
    const cleaning = await masonry.clean(run);
    if ('kind' in cleaning) return cleaning;
    return cleaning.done ? { kind: 'cleaned' } : { ...cleaning, kind: 'notYet' };
  };
}
