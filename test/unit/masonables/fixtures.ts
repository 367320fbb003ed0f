import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MasonError } from '../../../shared/errors.ts';
import { commandConverter } from '../../../shared/masonables/command/command.ts';
import type { CommandOptions } from '../../../shared/masonables/command/callCommand.ts';
import type { Masonable, MasonableResource, RunContext } from '../../../shared/masonables/port.ts';
import { until } from '../../support/until.ts';

export function runContext(given: Partial<RunContext> = {}): RunContext {
  const { signal } = new AbortController();
  return { cycle: 3, token: 7, checkpoint: null, signal, remainingMs: () => 60_000, ...given };
}

export const environment: MasonableResource = { type: 'environment', name: 'environment-1', userData: {} };

export function disk(name: string, userData: Readonly<Record<string, string>> = {}): MasonableResource {
  return { type: 'disk', name, userData };
}

/** A Command as a config would describe it. */
export function command(content: Readonly<Record<string, unknown>>, options?: CommandOptions): Masonable {
  const converter = commandConverter(options);
  return converter.convert(converter.content.parse(content));
}

/** The argv of a JavaScript program. */
export const js = (source: string, ...args: string[]): string[] => [
  process.execPath,
  '-e',
  source,
  '--',
  ...args,
];
/** The argv of a shell program: it starts in a few milliseconds. */
export const sh = (source: string, ...args: string[]): string[] => ['/bin/sh', '-c', source, 'sh', ...args];

export const constructOnce = (masonable: Masonable, given?: Partial<RunContext>) =>
  masonable.construct(environment, {}, runContext(given));

/** The error with which the promise rejects. */
export async function failureOf(work: Promise<unknown>): Promise<MasonError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof MasonError)) throw outcome.error;
  return outcome.error;
}

/** The process ID that a program writes into a file. */
export async function pidIn(file: string): Promise<number> {
  let pid = 0;
  await until(async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) pid = Number(text);
    return pid > 0;
  });
  return pid;
}

/** Whether a process runs. One that ended and that nobody asked for its exit code doesn't. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/\) [ZX] /.test(stat);
  } catch (error) {
    return process.platform !== 'linux' && error instanceof Error;
  }
}

export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-command-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
