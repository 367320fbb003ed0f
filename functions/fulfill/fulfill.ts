import type { PhaseWork } from '../../shared/mason/run.ts';

/**
 * fulfill: leases all that the type needs, whole or not at all. If supply is short, or others wait before it, it takes
 * its place in the queue and the matcher grants it when its turn comes. On Mason's own ledger the engine does all of it in
 * one commit (Boskos.endAtOnce).
 */
export function fulfill(): PhaseWork {
  return () => Promise.resolve({ kind: 'needsSupply' });
}
