import { cloudEvent, http, type CloudEvent } from '@google-cloud/functions-framework';

import type { Mason } from '../shared/mason/mason.ts';
import { composeDeployed } from '../shared/runtime/composeDeployed.ts';
import { TOPICS } from '../shared/topics/port.ts';
import { createBoskosHandler } from './boskos/boskos.ts';
import { overFramework } from './boskos/overHttp.ts';
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

const createAll = (mason: Mason) => ({
  ...createHandlers(mason),
  boskos: overFramework(
    createBoskosHandler({ users: mason.users, views: mason.ledger.views, log: mason.log }),
  ),
});

/** Made at the first call: an instance that can't be put together answers each call with its reason, and is retried. */
function handlersOfInstance(): NonNullable<typeof handlers> {
  handlers ??= composeDeployed(createAll).catch((error: unknown) => {
    handlers = undefined;
    throw error;
  });
  return handlers;
}
