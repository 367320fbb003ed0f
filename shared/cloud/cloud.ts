import type { Log } from '../runtime/log.ts';
import { TOPICS, type Topic } from '../topics/port.ts';
import type { Description } from './description.ts';
import { startFunction, type FunctionProcess } from './local/functionProcess.ts';
import { provision, type ProvisionOptions } from './provision.ts';

export interface CloudOptions {
  readonly projectId: string;
  readonly description: Description;
  /** The folder that is deployed. */
  readonly bundle: string;
  /** The functions' whole environment: emulators, config and what they may do. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Every function in a process of its own. */
export interface Cloud {
  readonly functions: Readonly<Record<Topic, FunctionProcess>>;
  /** Has the topics pushed to the functions. May be called again, with other figures. */
  connect(options?: ConnectOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface ConnectOptions extends Pick<ProvisionOptions, 'overrides'> {
  /** Something between a topic and its function. @param url of the function, with the path that it wants */
  readonly through?: (topic: Topic, url: string) => string;
}

/** @throws MasonError SERVER_UNREACHABLE naming the function that doesn't start, with what it said */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { projectId, description, bundle, env, log } = options;
  const started = await Promise.all(TOPICS.map((target) => startFunction({ target, bundle, env, log })));
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((one) => one.stop()));
  };
  const functions = Object.fromEntries(started.map((one) => [one.target, one])) as Cloud['functions'];
  try {
    await Promise.all(started.map((one) => one.ready()));
  } catch (error) {
    await stop();
    throw error;
  }
  // A plain push names its topic nowhere but in the path, where functions-framework looks for the event's source.
  const urlOf = (topic: Topic): string =>
    `${functions[topic].url}/projects/${projectId}/topics/${description.topics[topic].topic}`;
  return {
    functions,
    stop,
    async connect({ through, overrides = {} } = {}) {
      const endpointOf = (topic: Topic): string => {
        const url = urlOf(topic);
        return through === undefined ? url : through(topic, url);
      };
      await provision({ projectId, description, endpointOf, overrides });
    },
  };
}

/** What the functions of a cloud on emulators find in their environment, beside what `inherited` gives them. */
export function environmentOf(given: {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly projectId: string;
  readonly hosts: { readonly firestore: string; readonly pubsub: string };
  /** As MASON_CONFIG has it. */
  readonly config: string;
}): Record<string, string | undefined> {
  return {
    ...given.inherited,
    ...emulatorVariables(given),
    MASON_LEDGER: 'firestore',
    MASON_TOPICS: 'pubsub',
    MASON_CONFIG: given.config,
    MASON_COMMANDS: 'on',
  };
}

/** What Google's clients need to find the emulators, and nothing else. */
export function emulatorVariables({
  projectId,
  hosts,
}: {
  readonly projectId: string;
  readonly hosts: { readonly firestore: string; readonly pubsub: string };
}): Record<string, string> {
  return {
    GOOGLE_CLOUD_PROJECT: projectId,
    FIRESTORE_EMULATOR_HOST: hosts.firestore,
    PUBSUB_EMULATOR_HOST: hosts.pubsub,
    // Else they look for one, for seconds.
    METADATA_SERVER_DETECTION: 'none',
  };
}
