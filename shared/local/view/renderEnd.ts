import { cut, tame } from './cells.ts';
import type { Canvas } from './renderPools.ts';
import type { EndInfo } from './view.ts';

/** The last lines: why it ends, and what to do if that isn't what was hoped for. */
export function renderEnd(
  { reason, why, elapsedMs, forgets = false }: EndInfo,
  { columns, paint }: Canvas,
): string[] {
  const after = `after ${(elapsedMs / 1000).toFixed(1)} s`;
  const reasons = why.map((line) => cut(tame(line), columns));
  switch (reason) {
    case 'signal':
      return [forgets ? 'Stopped, and all is forgotten.' : 'Stopped. The next start goes on from here.'];
    case 'idle':
      return [paint('green', `Idle ${after}, and stopped.`)];
    case 'stuck':
      return [paint('red', `Stuck ${after}: what is in quarantine needs a person.`), ...reasons, HELP];
    case 'timeout':
      return [paint('red', `Not at rest ${after}, which is the timeout:`), ...reasons];
  }
}

const HELP = 'Remove the cause, start Mason again, then: npx mason retry NAME';
