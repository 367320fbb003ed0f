import type { Boskos } from '../boskos/port.ts';
import type { Waking } from '../boskos/waking.ts';
import type { Wake } from '../ledger/port.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { withDeadline } from '../runtime/withDeadline.ts';
import type { Engine } from './engine.ts';
import type { Matcher } from './matcher.ts';
import { wakeOrTell } from './wakeOrTell.ts';

interface Parts {
  readonly engine: Engine;
  readonly matcher: Matcher;
  readonly boskos: Boskos;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether anybody works here on what is given back. */
  readonly takesUp: boolean;
}

/** How long (ms) a caller waits until whom his call concerns is woken. With all in order it is a fraction of a second. */
const WAKE_MS = 2_000;

export function createWaking({ engine, matcher, boskos, clock, log, takesUp }: Parts): Waking {
  const wake = (whom: string, look: () => Promise<readonly Wake[]>): Promise<void> =>
    wakeOrTell(log, whom, () =>
      withDeadline(
        clock,
        WAKE_MS,
        look().then((wakes) => engine.publish(wakes)),
      ),
    );
  return {
    async yielded(types) {
      if (types.length === 0) return;
      await wake(`those who wait for ${types.join()}`, () => matcher.look(types));
    },
    async givenBack(given) {
      if (!takesUp || given.length === 0) return;
      const names = given.map(({ name }) => name).join();
      await wake(`whoever cleans ${names}`, () => boskos.takeGivenBack(given));
    },
  };
}
