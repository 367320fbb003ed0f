import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A line of `npm start -- --json`. */
export interface Said {
  readonly event: string;
  readonly message?: string;
  readonly [key: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A runner in a process of its own. */
export interface RunningMason {
  readonly said: readonly Said[];
  readonly exited: Promise<Exit>;
  stderr(): string;
  /** Resolves with the first line of this event, also when it has come already; rejects if it ends without. */
  hear(event: string): Promise<Said>;
  url(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();

/** Commands of the config find the Node that runs the tests. */
export const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
const environment = { ...process.env, PATH, NO_COLOR: '1' };

/** Starts what `npm start` starts, from where it starts it. */
export const startMason = (...flags: string[]): RunningMason => startMasonWith({}, ...flags);

/** The same with these environment variables besides. */
export function startMasonWith(
  variables: Readonly<Record<string, string>>,
  ...flags: string[]
): RunningMason {
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      '--disable-warning=ExperimentalWarning',
      join('dist', 'local.js'),
      '--json',
      ...flags,
    ],
    { cwd: root, env: { ...environment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  const said: Said[] = [];
  const listeners = new Set<() => void>();
  let stderr = '';
  let isOver = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Said);
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    running.delete(child);
    isOver = true;
    for (const listener of listeners) listener();
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const hear = (event: string): Promise<Said> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = said.find((one) => one.event === event);
        if (found === undefined && !isOver) return;
        listeners.delete(look);
        if (found === undefined) reject(new Error(`it ended without ${event}: ${stderr}`));
        else resolve(found);
      };
      listeners.add(look);
      look();
    });
  return {
    said,
    exited,
    hear,
    stderr: () => stderr,
    url: async () => String((await hear('started'))['url']),
    kill: (signal) => child.kill(signal),
  };
}

/** Runs the `mason` command to its end. */
export async function mason(
  url: string,
  ...argv: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join('dist', 'mason.js'), ...argv], {
    cwd: root,
    env: { ...environment, MASON_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** Kills the runners that a test has left, be it by its failure. */
export async function killAll(): Promise<void> {
  const ends = [...running].map((child) => once(child, 'close'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ends);
}
