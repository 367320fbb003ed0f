import type { Mason } from '../mason/mason.ts';
import { DEFAULT_TIMING } from '../mason/timing.ts';
import { importFrom, loadModules } from '../masonables/modules.ts';
import { TOPICS, type Topic } from '../topics/port.ts';
import { systemClock } from './clock.ts';
import { composeMason, openLocalLedger, openRegistry, openTopicsInProcess } from './compose.ts';
import { fileSource } from '../config/file/fileSource.ts';
import { readEnvironment } from './environment.ts';
import { jsonLog } from './jsonLog.ts';
import { systemRandom } from './random.ts';

type HandlersBy = Readonly<Record<Topic, (event: unknown) => Promise<void>>>;

/**
 * A Mason from the process's environment variables, for functions-framework. Topics are in the process, so one instance takes a
 * resource through all phases, whichever entry point was called.
 *
 * @throws MasonError ENVIRONMENT_INVALID, MODULE_INVALID, LEDGER_UNREADABLE
 */
export async function composeDeployed<Handlers extends HandlersBy>(
  createHandlers: (mason: Mason) => Handlers,
): Promise<Handlers> {
  const environment = readEnvironment(process.env);
  const surroundings = { clock: systemClock, random: systemRandom, log: jsonLog };
  const registry = openRegistry({ commands: environment.MASON_COMMANDS === 'on' });
  await loadModules(registry, environment.MASON_MASONABLES, importFrom(process.cwd()));
  const topics = openTopicsInProcess(surroundings);
  const mason = composeMason({
    ...surroundings,
    ledger: openLocalLedger(environment.MASON_LEDGER, surroundings),
    topics,
    registry,
    config: fileSource(environment.MASON_CONFIG),
    timing: DEFAULT_TIMING,
    installation: environment.MASON_INSTALLATION,
    leaseExpiryMs: environment.MASON_LEASE_EXPIRY_MS,
    requestTtlMs: environment.MASON_REQUEST_TTL_MS,
  });
  const handlers = createHandlers(mason);
  for (const topic of TOPICS) topics.subscribe(topic, handlers[topic]);
  return handlers;
}
