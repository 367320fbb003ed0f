import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createScreen, type Screen, type Size } from './screen.ts';

/** A program that believes it has a person before it. */
export interface InTerminal {
  readonly screen: Screen;
  /**
   * Resolves when a whole frame with this text is on the screen.
   * @throws Error if the program ends without, or a minute passes
   */
  shows(text: RegExp): Promise<void>;
  /** As keys do: `\u0003` is Ctrl-C. */
  type(keys: string): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** Ends it, if it hasn't ended. */
  kill(): Promise<void>;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const PATIENCE_MS = 60_000;

/** Runs it in a terminal of this size, which util-linux's `script` makes. */
export function inTerminal({ argv, cwd, env }: Command, size: Size): InTerminal {
  const line = `stty cols ${size.columns} rows ${size.rows} && exec ${argv.map(quoted).join(' ')}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
    cwd,
    // Which shell runs the line; others change the PATH first.
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = createScreen(size);
  const listeners = new Set<() => void>();
  let isOver = false;
  let fault: Error | null = null;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const ended = once(child, 'close')
    .catch((error: unknown) => {
      fault = new Error('there is no `script` of util-linux, which makes the terminal', { cause: error });
      return [null];
    })
    .then(([code]) => {
      isOver = true;
      tell();
      if (fault !== null) throw fault;
      return code as number | null;
    });
  // Who waits for it hears of it.
  ended.catch(() => undefined);
  // What the program no longer reads is no fault.
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    try {
      screen.write(text);
    } catch (error) {
      fault ??= error as Error;
    }
    tell();
  });
  const shows = (text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const patience = AbortSignal.timeout(PATIENCE_MS);
      const look = (): void => {
        const isThere = !screen.isHalfDrawn() && text.test(textOf(screen));
        if (!isThere && !isOver && !patience.aborted && fault === null) return;
        listeners.delete(look);
        if (isThere) resolve();
        else reject(fault ?? new Error(`there is no ${text.source} in:\n${textOf(screen)}`));
      };
      listeners.add(look);
      patience.addEventListener('abort', look);
      look();
    });
  return {
    screen,
    shows,
    ended,
    type: (keys) => void child.stdin.write(keys),
    async kill() {
      if (!isOver) child.kill();
      await ended.catch(() => undefined);
    },
  };
}

const quoted = (argument: string): string => `'${argument.replaceAll("'", String.raw`'\''`)}'`;

const textOf = (screen: Screen): string =>
  screen
    .lines()
    .map((runs) => runs.map(({ text }) => text).join(''))
    .join('\n');
