import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A line of `npm run cloud -- --json`. */
export interface Said {
  readonly event: string;
  readonly message?: string;
  readonly [key: string]: unknown;
}

export interface CloudProgram {
  readonly said: readonly Said[];
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  stderr(): string;
  /** Resolves with the first line that fits, also one of before; rejects if it ends without. */
  hear(fits: (said: Said) => boolean): Promise<Said>;
  kill(signal: NodeJS.Signals): void;
}

export interface ProgramPlace {
  /** Where it runs, and keeps its file for shells. */
  readonly folder: string;
  /** Default: PATH, with the Node that runs the tests first. */
  readonly path?: string;
}

const running = new Set<ChildProcess>();

/** Starts what `npm run cloud` starts. */
export function startProgram({ folder, path }: ProgramPlace, ...flags: string[]): CloudProgram {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'dist', 'cloud.js'), '--json', ...flags],
    {
      cwd: folder,
      env: {
        ...process.env,
        PATH: path ?? `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  const said: Said[] = [];
  const listeners = new Set<() => void>();
  let stderr = '';
  let isOver = false;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Said);
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    isOver = true;
    tell();
    return (signal ?? code) as number | NodeJS.Signals | null;
  });
  return {
    said,
    exited,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    hear: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = said.find(fits);
          if (found === undefined && !isOver) return;
          listeners.delete(look);
          if (found === undefined) reject(new Error(`it ended without: ${stderr}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
  };
}

/** Ends what a test has left, be it by its failure. */
export async function endPrograms(): Promise<void> {
  const ends = [...running].map((child) => once(child, 'close'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ends);
}
