import type { Masonry } from '../../shared/mason/masonry.ts';
import type { Outcome, PhaseWork } from '../../shared/mason/run.ts';

/** clean: all needs are held. Lets the Masonable construct from them, and stores the user data that it returns. */
export function clean(masonry: Masonry): PhaseWork {
  return async (run): Promise<Outcome> => {
    const construction = await masonry.construct(run);
    if ('kind' in construction) return construction;
    return construction.done
      ? { kind: 'constructed', userData: construction.userData }
      : { ...construction, kind: 'notYet' };
  };
}
