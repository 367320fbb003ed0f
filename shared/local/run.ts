import { readConfig } from '../config/readConfig.ts';
import { formatFault } from '../config/fault.ts';
import { MasonError } from '../errors.ts';
import type { Registry } from '../masonables/registry.ts';
import { systemClock } from '../runtime/clock.ts';
import { openBoskosServer } from '../runtime/composeBoskos.ts';
import { measuredTracer } from '../runtime/measuredTracer.ts';
import { systemRandom } from '../runtime/random.ts';
import { silentTracer } from '../runtime/tracer.ts';
import { createQuestions, createRoutes } from '../api/routes.ts';
import { createHistograms } from './boskos/histograms.ts';
import { listenForBoskos } from './boskos/listenForBoskos.ts';
import { breathing } from './breathing.ts';
import { openConfigFile, type ConfigFile } from './configFile.ts';
import { listenForConsole } from './console/listenForConsole.ts';
import { createEvents, type Events } from './events.ts';
import { openData } from './openData.ts';
import { openLocalRegistry } from './openLocalRegistry.ts';
import { lookOften } from './lookOften.ts';
import { orderedOf } from './orderedOf.ts';
import { createRunner, type Runner } from './runner.ts';
import { HEALTH } from './server/health.ts';
import { openServer, type Listener } from './server/openServer.ts';
import { IN_MEMORY, type Settings } from './settings.ts';
import { useOne } from './useOne.ts';
import { watchSignals } from './watchSignals.ts';
import { chooseView } from './view/chooseView.ts';
import type { EndInfo } from './view/view.ts';
import { waitForIdle } from './waitForIdle.ts';

/** How long (ms) a stop waits for what is under way. */
const STOP_MS = 5_000;
/** How long (ms) the answer to an order waits for what the function says to it. */
const HEAR_MS = 1_000;

/**
 * Runs Mason, or Boskos's API alone, until it is idle, if that was asked for, or until it is stopped.
 * @returns the exit code
 * @throws MasonError if it can't start
 */
export async function run(settings: Settings): Promise<number> {
  const surroundings = { clock: systemClock, random: systemRandom };
  const events = createEvents(() => systemClock.now());
  const registry = await openRegistryFor(settings);
  const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };
  const config = openConfigFile(settings.config, { known, log: events.log });
  await mustBeGood(config, known);
  const ledger = breathing(openData(settings.data, surroundings));
  try {
    const histograms = createHistograms();
    const tracer = measuredTracer(silentTracer(systemRandom), {
      clock: systemClock,
      onRun: (run) => {
        histograms.ran(run);
      },
    });
    const { only, leaseExpiryMs, reapStates, requestTtlMs } = settings;
    const openBoskos = settings.boskos === null ? undefined : await openBoskosServer(settings.boskos);
    const given = { only, leaseExpiryMs, reapStates, requestTtlMs, openBoskos };
    const parts = { ...surroundings, log: events.log, ledger, registry, config, tracer };
    const runner = createRunner({ ...parts, ...given });
    // Its ledger only mirrors the other server's resources, so there is no API on it.
    const boskos =
      openBoskos === undefined
        ? listenForBoskos(runner.mason, { clock: systemClock, histograms })
        : undefined;
    return await serve({ settings, events, runner, boskos });
  } finally {
    await ledger.close();
  }
}

/** For Boskos's API alone, a type that a Masonable builds is left to whichever Mason calls it. */
async function openRegistryFor({ only }: Settings): Promise<Registry> {
  const registry = await openLocalRegistry(process.env, process.cwd());
  return only === null ? registry : { ...registry, masonableSchemas: () => new Map() };
}

/** A first look: a start with a bad config would only keep on what the last good one said. */
export async function mustBeGood(config: ConfigFile, known: Parameters<typeof readConfig>[1]): Promise<void> {
  const parsed = readConfig(await config.read(), known);
  if (parsed.config !== null) return;
  const told = parsed.faults.map(formatFault).join('\n');
  throw new MasonError('CONFIG_INVALID', `the config has faults, so nothing was started:\n${told}`);
}

interface Running {
  readonly settings: Settings;
  readonly events: Events;
  readonly runner: Runner;
  readonly boskos: Listener | undefined;
}

async function serve({ settings, events, runner, boskos }: Running): Promise<number> {
  const ordered = orderedOf(runner, { events, ms: HEAR_MS });
  const routes = [HEALTH, ...(settings.only === null ? createRoutes(ordered) : createQuestions(ordered))];
  // Before anything is begun: a second Mason by mistake is to do nothing.
  const page = listenForConsole(runner, settings);
  const server = await openServer(settings.port, routes, { log: events.log, boskos, console: page });
  const view = chooseView(settings, events);
  const signals = watchSignals();
  const { views } = runner.mason.ledger;
  const looks = lookOften({
    ...{ runner, events, view },
    ...(boskos !== undefined && { useOf: (overview) => useOne(views, overview, server.url) }),
  });
  const waiting = new AbortController();
  const startedAt = performance.now();
  try {
    const { data, config, only, timeoutMs } = settings;
    view.started({
      url: server.url,
      data,
      config,
      only,
      console: `${server.url}/console`,
      lends: boskos !== undefined,
      ...(settings.boskos !== null && { boskosUrl: settings.boskos.url }),
    });
    await runner.start();
    const rest = settings.untilIdle
      ? [waitForIdle(runner, { timeoutMs, clock: systemClock }, waiting.signal)]
      : [];
    const end = await Promise.race([signals.first, ...rest]);
    const why = end === 'stuck' || end === 'timeout' ? await runner.explain() : [];
    await runner.stop(STOP_MS);
    await looks.last();
    view.ended({
      reason: end,
      why,
      exitCode: EXIT_CODES[end],
      elapsedMs: performance.now() - startedAt,
      ...(settings.data === IN_MEMORY && { forgets: true }),
    });
    return EXIT_CODES[end];
  } finally {
    waiting.abort();
    await runner.stop(0); // It has stopped already, unless something was thrown.
    looks.stop();
    signals.close();
    await server.close();
  }
}

const EXIT_CODES: Readonly<Record<EndInfo['reason'], number>> = { signal: 0, idle: 0, stuck: 3, timeout: 4 };
