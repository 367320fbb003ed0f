import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

import { guarded, processGroup } from './processGroup.ts';
import type { ProcessGroup } from './processGroup.ts';

/** One run of a program, without a shell. */
export interface ProcessOrder {
  /** The program, looked up in `env.PATH` if it has no slash, and its arguments. */
  readonly argv: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory; by default this process's. */
  readonly directory?: string | undefined;
  /** All that it finds on stdin. It needn't read it. */
  readonly stdin: string;
  readonly timeoutMs: number;
  /** Stops it at once. */
  readonly signal: AbortSignal;
  readonly limits: ProcessLimits;
}

export interface ProcessLimits {
  /** More than this on stdout ends the program. */
  readonly stdoutBytes: number;
  /** Of stderr, this much of its end is kept. */
  readonly stderrBytes: number;
  /** From SIGTERM to SIGKILL, in milliseconds. */
  readonly graceMs: number;
  /**
   * How long, in milliseconds, others of its group may outlive it: helpers that are about to end, and services on their
   * way into a session of their own.
   */
  readonly stragglerMs: number;
  /** How long, in milliseconds, its pipes are read after its end while somebody else holds them. */
  readonly drainMs: number;
}

export const PROCESS_LIMITS: ProcessLimits = {
  stdoutBytes: 256 * 1024,
  stderrBytes: 4 * 1024,
  graceMs: 2_000,
  stragglerMs: 1_000,
  drainMs: 250,
};

/** How a program ended, and what it wrote. */
export type ProcessEnd = ProcessOutput &
  (
    | {
        readonly how: 'exited';
        readonly code: number;
        /** Others of its group had to be ended. */ readonly left: boolean;
      }
    | { readonly how: 'signalled'; readonly by: NodeJS.Signals }
    | { readonly how: 'not-started'; readonly cause: unknown }
    | { readonly how: Interruption }
  );
interface ProcessOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Whether `stderr` is only the end of what was written. */
  readonly stderrCut: boolean;
}
type Interruption = 'timed-out' | 'aborted' | 'flooded';

/**
 * Runs a program in a process group of its own, and resolves when it is gone and nothing of its group is left: however
 * it ends, it never rejects. A process that moved itself into another session (setsid) is not of the group: it lives on,
 * and isn't waited for even where it holds the pipes.
 */
export async function runProcess(order: ProcessOrder): Promise<ProcessEnd> {
  if (order.signal.aborted) return { how: 'aborted', ...NO_OUTPUT };
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawnLeader(order);
    // Without an ID it didn't start, and says why in an event.
    if (child.pid === undefined) throw (await once(child, 'error'))[0];
  } catch (cause) {
    return { how: 'not-started', cause, ...NO_OUTPUT };
  }
  const { pid } = child;
  return guarded(pid, () => watch(child, processGroup(pid), order));
}

const NO_OUTPUT: ProcessOutput = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), stderrCut: false };

function spawnLeader({
  argv: [program = '', ...args],
  env,
  directory,
}: ProcessOrder): ChildProcessWithoutNullStreams {
  return spawn(program, args, {
    env,
    ...(directory !== undefined && { cwd: directory }),
    detached: true, // setsid: the leader of a session, so of a group that one signal reaches
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function watch(
  child: ChildProcessWithoutNullStreams,
  group: ProcessGroup,
  order: ProcessOrder,
): Promise<ProcessEnd> {
  const { limits } = order;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, by) => {
      resolve({ code, by });
    });
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const output = collect(child, limits);
  child.stdin.on('error', () => undefined); // EPIPE: it needn't read what it is told
  child.stdin.end(order.stdin);

  const interruption = await firstOf(exited, output.flooded, order);
  if (interruption) await group.end(limits.graceMs);
  const exit = await exited;
  const left = !(await group.gone(limits.stragglerMs));
  if (left) await group.end(limits.graceMs);
  await drain(child, closed, limits.drainMs);

  const written = output.written();
  if (interruption) return { how: interruption, ...written };
  if (output.isFlooded()) return { how: 'flooded', ...written };
  if (exit.by) return { how: 'signalled', by: exit.by, ...written };
  return { how: 'exited', code: exit.code ?? 0, left, ...written };
}

interface Exit {
  readonly code: number | null;
  readonly by: NodeJS.Signals | null;
}

/** Resolves with what comes before the exit, or with null if nothing does. */
async function firstOf(
  exited: Promise<unknown>,
  flooded: Promise<unknown>,
  { timeoutMs, signal }: ProcessOrder,
): Promise<Interruption | null> {
  const settled = new AbortController();
  const timedOut = delay(Math.min(timeoutMs, LONGEST_TIMER_MS), 'timed-out' as const, {
    signal: settled.signal,
  });
  const aborted = new Promise<Interruption>((resolve) => {
    const report = (): void => {
      resolve('aborted');
    };
    signal.addEventListener('abort', report, { once: true, signal: settled.signal });
    if (signal.aborted) report(); // While the program was being started.
  });
  try {
    return await Promise.race([
      exited.then(() => null),
      flooded.then((): Interruption => 'flooded'),
      aborted,
      timedOut.catch(() => null),
    ]);
  } finally {
    settled.abort();
  }
}

/** A timer that is set to more fires at once (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Collected {
  /** Resolves when stdout has passed its limit. */
  readonly flooded: Promise<void>;
  isFlooded(): boolean;
  written(): ProcessOutput;
}

/** Reads both pipes all the time, so that the program never waits for a reader, and keeps what the limits allow. */
function collect(child: ChildProcessWithoutNullStreams, limits: ProcessLimits): Collected {
  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr: Buffer = Buffer.alloc(0);
  let stderrCut = false;
  const flooded = Promise.withResolvers<undefined>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes > limits.stdoutBytes) flooded.resolve(undefined);
    else stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    const all = Buffer.concat([stderr, chunk]);
    stderrCut ||= all.length > limits.stderrBytes;
    stderr = all.subarray(-limits.stderrBytes);
  });
  return {
    flooded: flooded.promise,
    isFlooded: () => stdoutBytes > limits.stdoutBytes,
    written: () => ({ stdout: Buffer.concat(stdout), stderr, stderrCut }),
  };
}

/**
 * Reads what the program wrote before its end, and closes the pipes. They stay open where a service that it started
 * holds them. When the time is up one more turn of the event loop reads all that is there by then, also in a process
 * that was too busy to read in time.
 */
async function drain(
  child: ChildProcessWithoutNullStreams,
  closed: Promise<unknown>,
  ms: number,
): Promise<void> {
  const done = new AbortController();
  const timeUp = delay(ms, undefined, { signal: done.signal }).then(
    () => nextTurn(),
    () => undefined,
  );
  await Promise.race([closed, timeUp]);
  done.abort();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
}
