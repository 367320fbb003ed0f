import type { Fault, FaultProxy } from '../faultProxy/faultProxy.ts';
import { createWorldRandom } from '../worldRandom.ts';

/** Those that a client gets over in no time: what is silent costs a whole deadline. */
const FAULTS: readonly Fault[] = ['refused', 'reply-lost', 'reset', 'twice', 'late'];

export interface RandomFaults {
  readonly seed: number;
  /** Of how many commits one fails, on average. */
  readonly oneIn: number;
}

/** Commits fail at random; what is late arrives at random, too. */
export function failAtRandom(proxy: FaultProxy, { seed, oneIn }: RandomFaults): void {
  const random = createWorldRandom(seed);
  proxy.plan(({ method }) => {
    if (method !== 'Commit') return null;
    if (random.number() < 1 / oneIn) {
      // What the server says to it is nobody's business; that it is there the test sees by all others.
      void proxy.release().catch(() => undefined);
    }
    if (random.number() >= 1 / oneIn) return null;
    return FAULTS[Math.floor(random.number() * FAULTS.length)] ?? null;
  });
}
