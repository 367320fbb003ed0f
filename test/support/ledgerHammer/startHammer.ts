import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Line } from '../../contract/ledger/hammerLines.ts';

const script = fileURLToPath(new URL('hammer.ts', import.meta.url));
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

interface How {
  readonly id: string;
  readonly rounds: number;
  readonly seed: number;
  /** After so many lines it is killed with -9; null: it ends by itself. */
  readonly killAt: number | null;
}

export interface Hammer {
  readonly lines: readonly Line[];
  /** Resolves when the process is gone, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

/** @param onLine called for each line that it prints */
export function startHammer(
  ledger: { readonly host: string; readonly projectId: string },
  how: How,
  onLine: () => void,
): Hammer {
  const argv = [ledger.host, ledger.projectId, how.id, String(how.rounds), String(how.seed)];
  const child = spawn(process.execPath, [...FLAGS, script, ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
  });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(JSON.parse(line) as Line);
    onLine();
    if (lines.length === how.killAt) child.kill('SIGKILL');
  });
  const ended = Promise.all([once(reader, 'close'), once(child, 'close')]).then(() => child.signalCode);
  return { lines, ended };
}
