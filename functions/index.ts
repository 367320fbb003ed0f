import { readFile } from 'node:fs/promises';

import { cloudEvent, http, type CloudEvent } from '@google-cloud/functions-framework';

import type { Ordered } from '../shared/api/asked.ts';
import { overviewOf } from '../shared/api/report/overviewOf.ts';
import { programsOnly } from '../shared/http/auth/programsOnly.ts';
import type { HttpHandler } from '../shared/http/handler.ts';
import type { Mason } from '../shared/mason/mason.ts';
import { DEFAULT_TIMING } from '../shared/mason/timing.ts';
import { systemClock } from '../shared/runtime/clock.ts';
import { composeDeployed } from '../shared/runtime/composeDeployed.ts';
import type { Environment } from '../shared/runtime/environment.ts';
import type { Log } from '../shared/runtime/log.ts';
import { systemRandom } from '../shared/runtime/random.ts';
import { TOPICS } from '../shared/topics/port.ts';
import { withAuth } from './boskos/auth/auth.ts';
import { createBoskosHandler, type BoskosHandler } from './boskos/boskos.ts';
import { servedElsewhere } from './boskos/servedElsewhere.ts';
import { loggedMetrics } from './boskos/metrics/loggedMetrics.ts';
import { measured } from './boskos/metrics/measured.ts';
import { overFramework } from '../shared/http/overHttp.ts';
import { withAuth as withConsoleAuth } from './console/auth.ts';
import { callerBy } from './console/caller.ts';
import { createCommandApi, withCommandApi } from './console/command.ts';
import { createConsoleHandler } from './console/console.ts';
import { createHandlers } from './handlers.ts';
import { acknowledged } from './sync/acknowledged.ts';

/** How often (ms) a console that is looked at asks again. Its reads are billed, so ten who look share what one asks for. */
const REFRESH_MS = 10_000;

let handlers: Promise<ReturnType<typeof createAll>> | undefined;

for (const topic of TOPICS) {
  cloudEvent(topic, async (event: CloudEvent<unknown>) => {
    const handle = await handlersOfInstance();
    await handle[topic](event);
  });
}

http('boskos', async (request, response) => {
  const { boskos } = await handlersOfInstance();
  await boskos(request, response);
});

http('console', async (request, response) => {
  const handlers = await handlersOfInstance();
  await handlers.console(request, response);
});

function createAll(mason: Mason, environment: Environment) {
  const woken = createHandlers(mason);
  return {
    ...woken,
    sync: acknowledged(woken.sync),
    boskos: overFramework(createBoskos(mason, environment)),
    console: overFramework(createConsole(mason, environment)),
  };
}

function createBoskos({ ledger, users, log }: Mason, environment: Environment): BoskosHandler {
  const { MASON_BOSKOS_URL: url } = environment;
  if (url !== undefined) return () => Promise.resolve(servedElsewhere(url));
  const metrics = loggedMetrics({ ledger, clock: systemClock, log });
  const handle = createBoskosHandler({ users, views: ledger.views, metrics, log });
  const guarded = programsOnly(withAuth(environment, authParts(log), handle));
  return measured(guarded, { metrics, clock: systemClock });
}

function createConsole(mason: Mason, environment: Environment): HttpHandler {
  const { log } = mason;
  const actions = environment.MASON_CONSOLE_ACTIONS === 'on';
  const shared = {
    graceMs: DEFAULT_TIMING.graceMs,
    // Pub/Sub's are in the subscriptions of its dead-letter topics, which this function may not read.
    deadLetters: null,
  };
  const page = createConsoleHandler({
    ...shared,
    mason,
    settings: {
      title: environment.MASON_INSTALLATION,
      actions,
      userData: environment.MASON_CONSOLE_USER_DATA === 'on',
      refreshMs: REFRESH_MS,
    },
    clock: systemClock,
    newToken: () => systemRandom.uuid(),
    callerOf: callerBy(environment),
  });
  const ordered = { ...shared, ...orderedBy(mason, environment) };
  const command = createCommandApi({
    ...{ ordered, actions, log },
    ...{ clock: systemClock, refreshMs: REFRESH_MS, callerOf: callerBy(environment) },
  });
  return withConsoleAuth(environment, authParts(log), withCommandApi(command, page));
}

function orderedBy(mason: Mason, environment: Environment): Omit<Ordered, 'graceMs' | 'deadLetters'> {
  // Its faults sync alone knows, and says in the log.
  const config = { file: 'the config', faults: [] };
  return {
    mason,
    overview: () => overviewOf(mason, config),
    showsUserData: environment.MASON_CONSOLE_USER_DATA === 'on',
    publish: (message) => mason.topics.publish([message]),
    // The functions run elsewhere.
    hear: () => Promise.resolve(null),
    async plan(config) {
      // Loaded only now: what nobody uses is to cost no cold start.
      const { planText } = await import('../shared/runtime/composePlan.ts');
      const keepsSizes = environment.MASON_BOSKOS_URL === undefined;
      return planText({ ...mason, keepsSizes }, config);
    },
  };
}

const authParts = (log: Log) => ({
  clock: systemClock,
  log,
  readFile: (path: string) => readFile(path, 'utf8'),
});

/** Made at the first call: an instance that can't be put together answers each call with its reason, and is retried. */
function handlersOfInstance(): NonNullable<typeof handlers> {
  handlers ??= composeDeployed(createAll).catch((error: unknown) => {
    handlers = undefined;
    throw error;
  });
  return handlers;
}
