import { cloudEvent, type CloudEvent } from '@google-cloud/functions-framework';

import { composeDeployed } from '../shared/runtime/composeDeployed.ts';
import { TOPICS } from '../shared/topics/port.ts';
import { createHandlers, type Handlers } from './handlers.ts';

let handlers: Promise<Handlers> | undefined;

for (const topic of TOPICS) {
  cloudEvent(topic, async (event: CloudEvent<unknown>) => {
    const handle = await handlersOfInstance();
    await handle[topic](event);
  });
}

/** Made at the first event: an instance that can't be put together answers each event with its reason, and is retried. */
function handlersOfInstance(): Promise<Handlers> {
  handlers ??= composeDeployed(createHandlers).catch((error: unknown) => {
    handlers = undefined;
    throw error;
  });
  return handlers;
}
