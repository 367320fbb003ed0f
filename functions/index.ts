import { readFile } from 'node:fs/promises';

import { cloudEvent, http, type CloudEvent } from '@google-cloud/functions-framework';

import type { Mason } from '../shared/mason/mason.ts';
import { systemClock } from '../shared/runtime/clock.ts';
import { composeDeployed } from '../shared/runtime/composeDeployed.ts';
import type { Environment } from '../shared/runtime/environment.ts';
import { TOPICS } from '../shared/topics/port.ts';
import { withAuth } from './boskos/auth/auth.ts';
import { createBoskosHandler, type BoskosHandler } from './boskos/boskos.ts';
import { servedElsewhere } from './boskos/servedElsewhere.ts';
import { loggedMetrics } from './boskos/metrics/loggedMetrics.ts';
import { measured } from './boskos/metrics/measured.ts';
import { overFramework } from '../shared/http/overHttp.ts';
import { createHandlers } from './handlers.ts';

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

const createAll = (mason: Mason, environment: Environment) => ({
  ...createHandlers(mason),
  boskos: overFramework(createBoskos(mason, environment)),
});

function createBoskos({ ledger, users, log }: Mason, environment: Environment): BoskosHandler {
  const { MASON_BOSKOS_URL: url } = environment;
  if (url !== undefined) return () => Promise.resolve(servedElsewhere(url));
  const metrics = loggedMetrics({ ledger, clock: systemClock, log });
  const parts = { clock: systemClock, log, readFile: (path: string) => readFile(path, 'utf8') };
  const handle = createBoskosHandler({ users, views: ledger.views, metrics, log });
  return measured(withAuth(environment, parts, handle), { metrics, clock: systemClock });
}

/** Made at the first call: an instance that can't be put together answers each call with its reason, and is retried. */
function handlersOfInstance(): NonNullable<typeof handlers> {
  handlers ??= composeDeployed(createAll).catch((error: unknown) => {
    handlers = undefined;
    throw error;
  });
  return handlers;
}
