import type { Google } from '../google/callGoogle.ts';
import { GoogleFault } from '../google/fault.ts';

/**
 * A claim holds for 30 s and is renewed every 10 s: after a gap no longer than this it is still ours, whatever the timers
 * missed.
 */
const LONGEST_GAP_MS = 20_000;

/**
 * Calls Google only while nothing has been asleep. What a cleaner deletes has no mark by which a run that was overtaken
 * could be told: a process that stood still (a frozen instance) may find the project in other hands, and things of the same
 * names in it. So after a gap it calls nobody any more. The clock that a run's time is measured by may have stood still with
 * the process, and the wall clock may be set back: the larger gap counts.
 * @param now milliseconds since the epoch
 */
export function awakeOnly(google: Google, now: () => number): Google {
  let last = { left: google.remainingMs(), at: now() };
  const look = (what: string): void => {
    const next = { left: google.remainingMs(), at: now() };
    const gap = Math.max(last.left - next.left, next.at - last.at);
    if (gap > LONGEST_GAP_MS)
      throw new GoogleFault({
        kind: 'busy',
        message: `could not ${what}: this process stood still for ${Math.round(gap / 1_000)} s`,
      });
    last = next;
  };
  return {
    remainingMs: () => google.remainingMs(),
    async call(call) {
      look(call.what);
      const answer = await google.call(call);
      look(call.what);
      return answer;
    },
  };
}
