import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface GuardedCommand {
  /** The program and its parameters. */
  readonly argv: readonly string[];
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder of its own, which goes even if this process ends without a chance to take it away. */
  readonly folder?: string;
}

export interface GuardedProcess {
  /** Of the program itself; undefined: it could not be started. */
  readonly pid: number | undefined;
  /** Resolves with how it ended, also if it never began. */
  readonly exited: Promise<string>;
  /** @param listener gets what it writes to stdout and stderr, as it comes */
  onOutput(listener: (text: string, stream: 'stdout' | 'stderr') => void): void;
  /** SIGKILL to the program and all that it started in its group. */
  kill(): void;
}

/**
 * A guard in the program's process group waits for the end of a pipe that only our process holds. So the group is killed
 * however we end, by kill -9 too, when none of our code runs any more. `exec` leaves the program the leader of its
 * session: otherwise gcloud would move to a process group of its own, and java with it.
 */
const GUARDED = `
  ( read -r _ <&3; [ -z "$1" ] || rm -rf -- "$1"; kill -KILL 0 ) >/dev/null 2>&1 &
  shift
  exec "$@" 3<&-
`;

/** Starts a program that ends with this process at the latest. */
export function startGuarded({ argv, env, folder = '' }: GuardedCommand): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', folder, ...argv], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env,
  });
  return {
    pid: child.pid,
    exited: exitOf(child),
    onOutput(listener) {
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream]?.setEncoding('utf8').on('data', (text: string) => {
          listener(text, stream);
        });
    },
    kill: () => {
      killGroup(child);
    },
  };
}

async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal ?? `exit code ${String(code)}`;
  } catch (error) {
    return String(error);
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of the group is left.
  }
}
