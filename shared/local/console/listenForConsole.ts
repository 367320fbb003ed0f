import { createConsoleHandler } from '../../../functions/console/console.ts';
import { overNode } from '../../http/overHttp.ts';
import { systemClock } from '../../runtime/clock.ts';
import { systemRandom } from '../../runtime/random.ts';
import { LOCAL_TIMING, type Runner } from '../runner.ts';
import type { Listener } from '../server/openServer.ts';
import type { Settings } from '../settings.ts';

/** How often (ms) the page asks again: nobody is far away, and nothing is billed. */
const REFRESH_MS = 2_000;

/** The console of this Mason. Whoever may come in at all is on this machine: see refusalOf. */
export function listenForConsole(
  { mason, deadLetters }: Pick<Runner, 'mason' | 'deadLetters'>,
  { consoleActions, consoleUserData }: Pick<Settings, 'consoleActions' | 'consoleUserData'>,
): Listener {
  const handle = createConsoleHandler({
    mason,
    settings: {
      title: 'local',
      actions: consoleActions,
      userData: consoleUserData,
      refreshMs: REFRESH_MS,
    },
    clock: systemClock,
    newToken: () => systemRandom.uuid(),
    graceMs: LOCAL_TIMING.graceMs,
    callerOf: () => ({ email: 'local' }),
    deadLetters,
  });
  return overNode(handle);
}
