import type { Ordered } from '../api/asked.ts';
import { planText } from '../runtime/composePlan.ts';
import type { Events } from './events.ts';
import { LOCAL_TIMING, type Runner } from './runner.ts';
import { hearOf } from './server/hearOf.ts';

type Working = Pick<Runner, 'mason' | 'keepsSizes' | 'overview' | 'publish' | 'deadLetters'>;

/**
 * What a server asks and tells the Mason of this process.
 * @param hearing `ms`: how long (ms) the answer to an order waits for what the function says to it
 */
export const orderedOf = (
  { mason, keepsSizes, overview, publish, deadLetters }: Working,
  hearing: { readonly events: Events; readonly ms: number },
): Ordered => ({
  ...{ mason, overview, publish, deadLetters },
  plan: (config) => planText({ ...mason, keepsSizes }, config),
  hear: (order) => hearOf(hearing.events, { ...order, ms: hearing.ms }),
  showsUserData: true,
  graceMs: LOCAL_TIMING.graceMs,
});
