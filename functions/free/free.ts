import type { PhaseWork } from '../../shared/mason/run.ts';

/**
 * free: constructed. Parks each leased resource under the virtual one's name, then gives the virtual one free. In one
 * commit, as fulfill.
 */
export function free(): PhaseWork {
  return () => Promise.resolve({ kind: 'readyToFree' });
}
