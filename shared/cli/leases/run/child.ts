import { spawn } from 'node:child_process';

import { MasonError } from '../../../errors.ts';
import type { EndingSignal } from '../../../runtime/processSignals.ts';
import { systemMessage } from '../../../runtime/systemMessage.ts';
import { exitCodeOf } from '../interruptible.ts';

/** A command under way. */
export interface Child {
  /** Its exit code, as a shell has it. Rejects with MasonError PROGRAM_MISSING if it could not be started. */
  readonly ended: Promise<number>;
  /** Hands on a signal that this process got. */
  pass(signal: EndingSignal): void;
  /** SIGTERM, and SIGKILL to what doesn't heed it. */
  end(): void;
}

/** Milliseconds that a command has after SIGTERM. */
const GRACE = 10_000;
/** Milliseconds: npx hands on to us the SIGINT that we got ourselves. That is no second one. */
const ECHO = 300;

/**
 * Starts a command that has our terminal, input and output.
 *
 * At a terminal it stays in our process group, as a shell in it must: Ctrl-C reaches it there without us, and twice would be
 * once too often (to terraform, a second one means: drop everything). Anywhere else it has a group of its own, so that
 * whoever signals our group reaches us alone, and we hand each signal on, once, to all that it has started.
 */
export function startChild(
  [program = '', ...parameters]: readonly string[],
  { environment, directory }: StartOptions,
): Child {
  const atTerminal = process.stdin.isTTY;
  const child = spawn(program, parameters, {
    stdio: 'inherit',
    cwd: directory,
    env: environment,
    detached: !atTerminal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', (error) => {
    const message = `${program} could not be started: ${systemMessage(error)}`;
    reject(new MasonError('PROGRAM_MISSING', message, { cause: error }));
  });
  const send = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (atTerminal) child.kill(signal);
    else killGroup(child.pid, signal);
  };
  let killer: NodeJS.Timeout | undefined;
  child.once('exit', (code, signal) => {
    clearTimeout(killer);
    resolve(signal === null ? (code ?? 0) : exitCodeOf(signal));
  });
  let last = { signal: '', at: -ECHO };
  return {
    ended: promise,
    pass(signal) {
      if (atTerminal && signal === 'SIGINT') return;
      const at = performance.now();
      const isEcho = signal === last.signal && at - last.at < ECHO;
      last = { signal, at };
      if (!isEcho) send(signal);
    },
    end() {
      send('SIGTERM');
      killer = setTimeout(() => {
        send('SIGKILL');
      }, GRACE);
    },
  };
}

interface StartOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

function killGroup(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-id, signal);
  } catch {
    // It ended meanwhile.
  }
}
