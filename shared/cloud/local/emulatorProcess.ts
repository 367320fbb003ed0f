import { setTimeout as delay } from 'node:timers/promises';

import { MasonError } from '../../errors.ts';
import { startGuarded } from './guardedProcess.ts';
import { listens } from './listens.ts';

export interface EmulatorCommand {
  /** The program and its parameters. */
  readonly argv: readonly string[];
  /** `127.0.0.1:PORT`, where it is going to answer. */
  readonly host: string;
  /** A folder of its own, which goes even if this process ends without a chance to take it away. */
  readonly folder: string;
}

export interface EmulatorProcess {
  /** Resolves once it answers. @throws MasonError SERVER_UNREACHABLE with its output if it ends, or takes too long */
  ready(): Promise<void>;
  /** Kills it with all that it started; resolves when nobody listens there any more. */
  stop(): Promise<void>;
}

/** gcloud and the JVM together take 3 to 6 s on two idle cores. */
const START_MS = 90_000;
const KILLED_MS = 10_000;
const LOOK_MS = 2_000;
const STEP_MS = 50;
/** Characters of what it said last. */
const OUTPUT_KEPT = 4_000;

/** Keeps gcloud from asking a person, from looking for a metadata server and from sending statistics. */
const QUIET = {
  CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
};

export function startProcess({ argv, host, folder }: EmulatorCommand): EmulatorProcess {
  const child = startGuarded({ argv, folder, env: { ...process.env, ...QUIET } });
  let output = '';
  child.onOutput((text) => (output = (output + text).slice(-OUTPUT_KEPT)));
  let ended: string | null = null;
  const exited = child.exited.then((how) => (ended = how));
  const fault = (what: string): MasonError =>
    new MasonError('SERVER_UNREACHABLE', `${argv.join(' ')} ${what}. It said:\n${output.trim()}`);
  return {
    async ready() {
      const deadline = performance.now() + START_MS;
      while (!(await answers(host))) {
        if (ended !== null) throw fault(`ended with ${ended} before it answered`);
        if (performance.now() > deadline) throw fault(`did not answer within ${START_MS / 1_000} s`);
        await delay(STEP_MS);
      }
    },
    async stop() {
      child.kill();
      await exited;
      const deadline = performance.now() + KILLED_MS;
      while ((await listens(host)) && performance.now() < deadline) await delay(STEP_MS);
    },
  };
}

/** Both emulators say Ok to a GET as soon as they take calls. */
async function answers(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(LOOK_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
