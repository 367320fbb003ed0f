import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LOOK_MS = 20;

/** What `npm start` starts, on a durable ledger. */
export interface Program {
  /** Resolves once at least so many members are free. @throws Error if it ends before */
  untilFree(members: number): Promise<void>;
  /** kill -9; resolves when it is dead. */
  kill(): Promise<void>;
  /** Resolves when it has ended by itself, as it does when every pool is at its size. @throws Error if it failed */
  ended(): Promise<void>;
}

/** @param place where its config and its ledger are */
export function startProgram(place: { readonly config: string; readonly data: string }): Program {
  const flags = ['--json', '--port', '0', '--until-idle', '--timeout', '900s'];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join('dist', 'local.js'),
      ...flags,
      ...['--config', place.config, '--data', place.data],
    ],
    {
      cwd: ROOT,
      env: { ...process.env, MASON_MASONABLES: './test/bench/recovery/instant.mjs' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  const url = urlOf(child);
  return {
    async untilFree(members) {
      const metric = `${await url}/metric?type=virtual`;
      while ((await freeIn(metric)) < members) {
        if (child.exitCode !== null) throw new Error('it ended before so many were free');
        await delay(LOOK_MS);
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async ended() {
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`npm start ended with ${code}`);
    },
  };
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Who only waits for its end does not ask for its address.
  promise.catch(() => undefined);
  if (stdout === null) throw new Error('its output is not read');
  const lines = createInterface({ input: stdout });
  lines.on('line', (line) => {
    const { event, url } = JSON.parse(line) as { event: string; url?: string };
    if (event === 'started' && url !== undefined) resolve(url);
  });
  lines.on('close', () => {
    reject(new Error('it ended before it had started'));
  });
  return promise;
}

/** Nobody answers for a type that is not made yet. */
async function freeIn(metric: string): Promise<number> {
  const response = await fetch(metric);
  if (!response.ok) return 0;
  const { current } = (await response.json()) as { current: Record<string, number> };
  return current['free'] ?? 0;
}
