import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Ordered } from '../../api/asked.ts';
import { overviewOf } from '../../api/report/overviewOf.ts';
import { openConfigFile, type ConfigFile } from '../../local/configFile.ts';
import { createEvents, type Events } from '../../local/events.ts';
import { lookOften } from '../../local/lookOften.ts';
import { HEALTH } from '../../local/server/health.ts';
import { hearOf } from '../../local/server/hearOf.ts';
import { openLocalRegistry } from '../../local/openLocalRegistry.ts';
import { mustBeGood } from '../../local/run.ts';
import { openServer } from '../../local/server/openServer.ts';
import type { Route } from '../../api/router.ts';
import { createRoutes } from '../../api/routes.ts';
import { chooseView } from '../../local/view/chooseView.ts';
import type { View } from '../../local/view/view.ts';
import { watchSignals } from '../../local/watchSignals.ts';
import type { Mason } from '../../mason/mason.ts';
import { DEFAULT_TIMING } from '../../mason/timing.ts';
import { systemClock } from '../../runtime/clock.ts';
import { composeMason, openCloudLedger, openCloudTopics } from '../../runtime/compose.ts';
import { planText } from '../../runtime/composePlan.ts';
import { systemRandom } from '../../runtime/random.ts';
import { TOPICS } from '../../topics/port.ts';
import { emulatorVariables, environmentOf, startCloud } from '../cloud.ts';
import { readDescription } from '../description.ts';
import { startEmulators } from '../emulators.ts';
import { hintsFor, shellVariables } from '../hints.ts';
import { createScheduler } from '../scheduler.ts';
import { createUserRoutes } from '../userRoutes.ts';
import { createClosers, type Closers } from './closers.ts';
import { mustHaveTools } from './findTools.ts';
import type { CloudSettings } from './settings.ts';

const PROJECT_ID = 'mason-local';
/** Beside the bundle that this is a part of: dist/functions. */
const BUNDLE = fileURLToPath(new URL('functions', import.meta.url));
/** Beside what npm start keeps: git leaves it alone already. */
const SHELL_FILE = '.mason/cloud.env';
/** How long (ms) the answer to an order waits for what the function says to it: the emulator takes its time. */
const HEAR_MS = 3_000;
/** As the functions' defaults. */
const LEASE_EXPIRY_MS = 30 * 60_000;
const REQUEST_TTL_MS = 30_000;
/** Of the time for looks at the ledger: the emulator's work, most of it. */
const LOOK_SHARE = 1 / 3;

interface Stage {
  readonly settings: CloudSettings;
  readonly events: Events;
  readonly view: View;
  readonly closers: Closers;
  /** Tells a person what takes so long. */
  readonly say: (message: string) => void;
}

/**
 * Runs Mason as it is deployed until it is stopped.
 * @returns the exit code
 * @throws MasonError if it can't start
 */
export async function run(settings: CloudSettings): Promise<number> {
  mustHaveTools(process.env['PATH'] ?? '');
  const events = createEvents(() => systemClock.now());
  const view = chooseView(settings, events);
  const closers = createClosers();
  const signals = watchSignals();
  const startedAt = performance.now();
  try {
    const stage = { settings, events, view, closers, say: teller(settings, view) };
    await Promise.race([signals.first, start(stage)]);
    const end = await signals.first;
    const elapsedMs = performance.now() - startedAt;
    await closers.close();
    view.ended({ reason: end, why: [], exitCode: 0, elapsedMs, forgets: true });
    return 0;
  } finally {
    await closers.close();
    signals.close();
  }
}

/** A table shows nothing before it is there: until then it is lines in a terminal, too. */
function teller({ json }: CloudSettings, view: View): Stage['say'] {
  return (message) => {
    if (process.stdout.isTTY && !json) process.stdout.write(`${message}\n`);
    else view.happened({ severity: 'INFO', event: 'starting', message, at: systemClock.now() });
  };
}

async function start({ settings, events, view, closers, say }: Stage): Promise<void> {
  const { log } = events;
  const surroundings = { clock: systemClock, random: systemRandom, log };
  const registry = await openLocalRegistry(process.env, process.cwd());
  const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };
  const config = openConfigFile(settings.config, { known, log });
  await mustBeGood(config, known);
  const description = readDescription();
  // Before anything is begun: a second one by mistake is to do nothing.
  const routes: Route[] = [];
  const server = await openServer(settings.port, routes, { log });
  closers.add(() => server.close());

  say('Starting the emulators of Firestore and Pub/Sub: some seconds.');
  const emulators = await closers.open(startEmulators(PROJECT_ID));
  const place = { projectId: PROJECT_ID, hosts: emulators.hosts, url: server.url };
  Object.assign(process.env, emulatorVariables(place));
  say(`  Firestore on ${place.hosts.firestore}, Pub/Sub on ${place.hosts.pubsub}, project ${PROJECT_ID}`);

  say(`Starting a process for each function of ${relative('', BUNDLE)}.`);
  const env = environmentOf({ ...place, inherited: process.env, config: resolve(settings.config) });
  const early = events.subscribe((event) => {
    view.happened(event);
  });
  const options = { projectId: PROJECT_ID, description, bundle: BUNDLE, env, log };
  const cloud = await closers.open(startCloud(options));
  const ports = TOPICS.map((topic) => `${topic} ${cloud.functions[topic].url.replace(/.*:/, '')}`);
  say(`  ports: ${ports.join(', ')}`);
  say('Creating the topics and push subscriptions of infra/topics.json.');
  await cloud.connect();

  const ledger = await openCloudLedger({ projectId: PROJECT_ID }, surroundings);
  closers.add(() => ledger.close());
  const topics = await openCloudTopics({
    projectId: PROJECT_ID,
    topicOf: (topic) => description.topics[topic].topic,
  });
  closers.add(() => topics.close());
  const mason = composeMason({
    ...surroundings,
    ...{ ledger, topics, registry, config, timing: DEFAULT_TIMING, installation: 'mason' },
    leaseExpiryMs: LEASE_EXPIRY_MS,
    requestTtlMs: REQUEST_TTL_MS,
  });
  const ordered = orderedBy({ mason, config, events });
  routes.push(HEALTH, ...createRoutes(ordered), ...createUserRoutes(mason));
  const { schedules } = description;
  const scheduler = createScheduler({ topics, schedules, everyMs: settings.every, ...surroundings });
  closers.add(() => scheduler.stop());

  // The first call takes a second or two, and no table is drawn before it is answered.
  await ordered.overview();
  mkdirSync(dirname(SHELL_FILE), { recursive: true, mode: 0o700 });
  writeFileSync(SHELL_FILE, shellVariables(place));
  const hints = hintsFor(description, SHELL_FILE, settings.every);
  early();
  view.started({ url: server.url, data: ':memory:', config: settings.config, hints });
  const looks = lookOften({ runner: ordered, events, view, share: LOOK_SHARE });
  closers.add(() => looks.last());
  scheduler.start();
}

/** What the server here asks and tells the functions, which run elsewhere. */
const orderedBy = ({
  mason,
  config,
  events,
}: {
  readonly mason: Mason;
  readonly config: ConfigFile;
  readonly events: Events;
}): Ordered => ({
  ...{ mason, showsUserData: true, deadLetters: null, graceMs: DEFAULT_TIMING.graceMs },
  async overview() {
    // Its faults are told by state().
    await config.read().catch(() => undefined);
    return overviewOf(mason, config.state());
  },
  publish: (message) => mason.topics.publish([message]),
  plan: (text) => planText({ ...mason, keepsSizes: true }, text),
  hear: (order) => hearOf(events, { ...order, ms: HEAR_MS }),
});
