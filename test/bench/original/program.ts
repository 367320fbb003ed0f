import { execFile, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { z } from 'zod';

import type { BoskosServer } from '../acquire/boskosServer.ts';

const SOURCE = fileURLToPath(new URL('program', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../../test-results/original', import.meta.url));
const run = promisify(execFile);

/** The Go program that runs the original's server and Mason, built; what it started ends with `close`. */
export interface Program {
  /** Runs one mode to its end, and reads the line of JSON that it prints. */
  result<T>(schema: z.ZodType<T>, mode: string, flags?: readonly string[]): Promise<T>;
  /** A server with so many free resources of the type `project`. */
  serve(store: Store, size: number): Promise<BoskosServer>;
  close(): Promise<void>;
}

/**
 * `cached` gives a list as the cache does from which the original reads in Kubernetes: deep copies, in no order. `quick`:
 * as fast as the interface admits, one copy in the order in which the ranch sorts it.
 */
export type Store = 'cached' | 'quick';

/** Why the bench can't run here, or undefined. */
export async function whatIsMissing(): Promise<string | undefined> {
  try {
    await run('go', ['version']);
    return undefined;
  } catch {
    return 'go is not on the PATH: the original is built with Go 1.26 or newer (https://go.dev/dl)';
  }
}

export async function openProgram(): Promise<Program> {
  const missing = await whatIsMissing();
  if (missing !== undefined) throw new Error(missing);
  await mkdir(OUTPUT, { recursive: true });
  const binary = join(OUTPUT, 'original');
  await run('go', ['build', '-o', binary, '.'], { cwd: SOURCE });
  const running = new Set<ChildProcess>();

  const start = (args: readonly string[]): ChildProcessByStdio<Writable, Readable, null> => {
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  return {
    async result(schema, mode, flags = []) {
      const args = [mode, ...flags];
      return schema.parse(await firstLine(start(args).stdout, args));
    },
    async serve(store, size) {
      const args = ['serve', '-store', store, '-size', String(size)];
      const child = start(args);
      const { url } = Served.parse(await firstLine(child.stdout, args));
      return { port: Number(new URL(url).port), close: () => end(child) };
    },
    async close() {
      await Promise.all([...running].map(end));
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  // A package that the original imports catches SIGTERM, and does nothing with it here.
  child.kill('SIGKILL');
  await exited;
}

const Served = z.strictObject({ url: z.url() });

/** @throws Error if it ends without a line; why, it has said on standard error */
async function firstLine(stdout: Readable, args: readonly string[]): Promise<unknown> {
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line) as unknown;
  throw new Error(`original ${args.join(' ')} printed nothing`);
}
