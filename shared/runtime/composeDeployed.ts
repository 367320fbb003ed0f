import type { Ledger } from '../ledger/port.ts';
import type { Mason } from '../mason/mason.ts';
import { DEFAULT_TIMING } from '../mason/timing.ts';
import { importFrom, loadModules } from '../masonables/modules.ts';
import { TOPICS, type Topic, type Topics } from '../topics/port.ts';
import { systemClock } from './clock.ts';
import {
  composeMason,
  openCloudLedger,
  openCloudTopics,
  openConfigSource,
  openRegistry,
  openTracer,
  type Surroundings,
} from './compose.ts';
import type { OpenBoskos } from './composeBoskos.ts';
import { boskosPlaceOf, readEnvironment, tracesUrlOf, type Environment } from './environment.ts';
import { createJsonLog } from './jsonLog.ts';
import { logRun, measuredTracer } from './measuredTracer.ts';
import { systemRandom } from './random.ts';

type HandlersBy = Readonly<Record<Topic, (event: unknown) => Promise<void>>>;

/**
 * A Mason from the process's environment variables, for functions-framework. With topics in the process, one instance
 * takes a resource through all phases, whichever entry point was called; with Pub/Sub, it hands each phase on.
 *
 * @throws MasonError ENVIRONMENT_INVALID, MODULE_INVALID, LEDGER_UNREADABLE
 */
export async function composeDeployed<Handlers extends HandlersBy>(
  createHandlers: (mason: Mason, environment: Environment) => Handlers,
): Promise<Handlers> {
  const environment = readEnvironment(process.env);
  const projectId = environment.GOOGLE_CLOUD_PROJECT;
  const log = createJsonLog({ project: projectId ?? null });
  const surroundings = { clock: systemClock, random: systemRandom, log };
  const registry = openRegistry({ commands: environment.MASON_COMMANDS === 'on' });
  await loadModules(registry, environment.MASON_MASONABLES, importFrom(process.cwd()));
  const { topics, subscribe } = await openTopics(environment, surroundings);
  const tracer = await openTracer(tracesUrlOf(environment), {
    ...surroundings,
    serviceName: environment.OTEL_SERVICE_NAME,
  });
  const mason = composeMason({
    ...surroundings,
    ledger: await openLedger(environment, surroundings),
    topics,
    registry,
    config: openConfigSource(environment.MASON_CONFIG, {
      ...surroundings,
      firestore: firestoreOf(environment),
    }),
    timing: DEFAULT_TIMING,
    tracer: measuredTracer(tracer, { clock: systemClock, onRun: logRun(log) }),
    installation: environment.MASON_INSTALLATION,
    leaseExpiryMs: environment.MASON_LEASE_EXPIRY_MS,
    reapStates: environment.MASON_REAP_STATES,
    requestTtlMs: environment.MASON_REQUEST_TTL_MS,
    openBoskos: await openBoskosOf(environment),
  });
  const handlers = createHandlers(mason, environment);
  for (const topic of TOPICS) subscribe(topic, handlers[topic]);
  return handlers;
}

/** @returns undefined: the ledger keeps the resources itself */
async function openBoskosOf(environment: Environment): Promise<OpenBoskos | undefined> {
  const place = boskosPlaceOf(environment);
  if (place === null) return undefined;
  // Loaded only now: what nobody uses is to cost no cold start.
  const { openBoskosServer } = await import('./composeBoskos.ts');
  return openBoskosServer(place);
}

/** The project and the database of the ledger, if it is on Firestore: a config is kept beside it. */
function firestoreOf({ MASON_LEDGER: ledger, GOOGLE_CLOUD_PROJECT: projectId }: Environment) {
  const databaseId = ledger.kind === 'firestore' ? ledger.databaseId : null;
  return { ...(projectId !== undefined && { projectId }), ...(databaseId !== null && { databaseId }) };
}

async function openLedger(environment: Environment, surroundings: Surroundings): Promise<Ledger> {
  const { MASON_LEDGER: choice } = environment;
  if (choice.kind === 'firestore') return openCloudLedger(firestoreOf(environment), surroundings);
  const { openLocalLedger } = await import('./composeLocal.ts');
  return openLocalLedger(choice.path, surroundings);
}

interface OpenTopics {
  readonly topics: Topics;
  /** Has the function woken by what its topic gets, where nobody else does so. */
  readonly subscribe: (topic: Topic, handle: (event: unknown) => Promise<void>) => void;
}

async function openTopics(
  { MASON_TOPICS: choice, GOOGLE_CLOUD_PROJECT: projectId }: Environment,
  surroundings: Surroundings,
): Promise<OpenTopics> {
  if (choice.kind === 'local') {
    const { openTopicsInProcess } = await import('./composeLocal.ts');
    const topics = openTopicsInProcess(surroundings);
    return {
      topics,
      subscribe: (topic, handle) => {
        topics.subscribe(topic, handle);
      },
    };
  }
  const topics = await openCloudTopics({
    ...(projectId !== undefined && { projectId }),
    topicOf: (topic) => choice.prefix + topic,
  });
  return { topics, subscribe: () => undefined };
}
