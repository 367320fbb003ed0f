import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { MasonError } from '../../errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Topic } from '../../topics/port.ts';
import { readFunctionLog, type FunctionLog } from '../functionLog.ts';
import { freePort } from './freePort.ts';
import { startGuarded, type GuardedProcess } from './guardedProcess.ts';
import { createLineSplitter } from './lineSplitter.ts';
import { listens } from './listens.ts';

export interface FunctionOptions {
  readonly target: Topic;
  /** The folder that is deployed: with index.js, which registers every entry point. */
  readonly bundle: string;
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** A function in a process of its own, on a port of its own. Started again whenever it dies, as Cloud Run would. */
export interface FunctionProcess {
  readonly target: Topic;
  /** `http://127.0.0.1:PORT`, the same for the process after it. */
  readonly url: string;
  /** Of the process that runs just now; null: none does. */
  pid(): number | null;
  /** Resolves once it takes requests. @throws MasonError SERVER_UNREACHABLE with its output if it ends before */
  ready(): Promise<void>;
  /** Kills it with all that it started in its group. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Reading the bundle takes 0.5 s on an idle core. */
const START_MS = 60_000;
const STEP_MS = 20;
/** What ended sooner than this is not started again at once: it would take a whole core. */
const SHORT_LIFE_MS = 1_000;
const REST_MS = 1_000;
/** Characters of what it said last. */
const OUTPUT_KEPT = 4_000;

export async function startFunction({ target, bundle, env, log }: FunctionOptions): Promise<FunctionProcess> {
  const port = await freePort();
  const argv = commandOf({ target, bundle, port });
  const lines = readFunctionLog(target, log);
  let said = '';
  let child: GuardedProcess | null = null;
  /** How its first process ended. */
  let firstEnd: string | null = null;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;

  const runOnce = async (): Promise<string> => {
    child = startGuarded({ argv, env: { ...env, HOST } });
    listen(child, lines, (text) => (said = (said + text).slice(-OUTPUT_KEPT)));
    const how = await child.exited;
    // Its guard, and what it had started.
    child.kill();
    child = null;
    firstEnd ??= how;
    return how;
  };
  const runForEver = async (): Promise<void> => {
    while (!isStopping()) {
      const startedAt = performance.now();
      const how = await runOnce();
      if (isStopping()) return;
      const message = `the process of ${target} ended with ${how}, and is started again`;
      log({ severity: 'WARNING', event: 'function-ended', message, phase: target });
      if (performance.now() - startedAt < SHORT_LIFE_MS)
        await delay(REST_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = runForEver();
  const fault = (what: string): MasonError =>
    new MasonError('SERVER_UNREACHABLE', `the function ${target} ${what}. It said:\n${said.trim()}`);
  return {
    target,
    url: `http://${HOST}:${port}`,
    pid: () => child?.pid ?? null,
    async ready() {
      const deadline = performance.now() + START_MS;
      while (!(await listens(`${HOST}:${port}`))) {
        if (firstEnd !== null) throw fault(`ended with ${firstEnd} before it took requests`);
        if (performance.now() > deadline) throw fault(`took no requests within ${START_MS / 1_000} s`);
        await delay(STEP_MS);
      }
    },
    async stop() {
      stopping.abort();
      child?.kill();
      await running;
    },
  };
}

function listen(child: GuardedProcess, lines: FunctionLog, keep: (text: string) => void): void {
  const splitters = {
    stdout: createLineSplitter((line) => {
      lines.stdout(line);
    }),
    stderr: createLineSplitter((line) => {
      lines.stderr(line);
    }),
  };
  child.onOutput((text, stream) => {
    keep(text);
    splitters[stream](text);
  });
}

function commandOf({ target, bundle, port }: { target: Topic; bundle: string; port: number }): string[] {
  const index = createRequire(import.meta.url).resolve('@google-cloud/functions-framework');
  return [
    ...[process.execPath, '--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    // The program itself: its link in node_modules/.bin would begin with whatever node is first on the PATH.
    join(dirname(index), 'main.js'),
    ...[`--source=${bundle}`, `--target=${target}`, '--signature-type=cloudevent', `--port=${port}`],
  ];
}
