import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { openConnection } from './connection.ts';

export interface BoskosServer {
  readonly port: number;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm start -- --only boskos` in a process of its own, once so many resources of the type `project` are free. */
export async function startBoskos(options: {
  /** A folder for the config. */
  readonly folder: string;
  /** A folder, or `:memory:`. */
  readonly data: string;
  readonly size: number;
}): Promise<BoskosServer> {
  const { folder, data, size } = options;
  const config = join(folder, `resources-${size}.yaml`);
  const entry = `{type: project, state: free, min-count: ${size}, max-count: ${size}}`;
  await writeFile(config, `resources:\n  - ${entry}\n`);
  const flags = ['--only', 'boskos', '--json', '--port', '0', '--config', config, '--data', data];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'dist/local.js', ...flags],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const url = await urlIn(child.stdout);
  const port = Number(new URL(url).port);
  await untilFree(port, size);
  return {
    port,
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function urlIn(stdout: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stdout });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    const { event, url } = JSON.parse(line) as { event: string; url?: string };
    if (event === 'started' && url !== undefined) resolve(url);
  });
  lines.on('close', () => {
    reject(new Error('the server ended before it had started'));
  });
  return promise;
}

async function untilFree(port: number, size: number): Promise<void> {
  const connection = await openConnection(port);
  const isFull = async (): Promise<boolean> =>
    (await connection.call('GET /metric?type=project')).body.includes(`"current":{"free":${size}}`);
  for (let polls = 0; !(await isFull()); polls += 1) {
    if (polls === POLLS) throw new Error(`the server has no ${size} free resources`);
    await delay(POLL_MS);
  }
  connection.close();
}

const POLLS = 600;
const POLL_MS = 50;
