import type { HttpAnswer } from '../../../shared/config/httpText.ts';
import type { WebhookOptions, WebhookParts } from '../../../shared/masonables/webhook/parts.ts';
import { webhookCleaner, webhookConverter } from '../../../shared/masonables/webhook/webhook.ts';
import { createWorld, type World } from '../world.ts';
import { configOf, physical, type Entry } from '../worldConfig.ts';
import type { Process } from '../worldProcess.ts';
import { createReceiver, type Receiver } from './receiver.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 'one').toString('base64')}`;
const URL_OF_RECEIVER = 'https://builder.example/environments?key=hidden';
const AUTH = { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET' };

export interface WebhookWorld {
  readonly world: World;
  readonly receiver: Receiver;
  /** How many calls have been made, of all processes. */
  made(): number;
  /** Looks at each call before it is made, and may let something happen around it. */
  around: (call: AroundCall) => Promise<void> | void;
}

export interface AroundCall {
  /** From 0. */
  readonly index: number;
  readonly options: WebhookOptions;
  /** Whose call it is. */
  readonly process: Process;
  /** Makes it; its answer reaches the process only if that lives. */
  make(): Promise<HttpAnswer>;
}

/** One `environment`, made of a disk by a receiver that lives in the world's time; it cleans the disks, too. */
export function createWebhookWorld(mason: Readonly<Record<string, unknown>> = {}): WebhookWorld {
  let made = 0;
  const environment: Entry = {
    type: 'environment',
    state: 'dirty',
    'min-count': 1,
    'max-count': 1,
    needs: { disk: 1 },
    config: { type: 'Webhook', content: JSON.stringify({ url: URL_OF_RECEIVER, auth: AUTH }) },
    mason,
  };
  const janitor = { type: 'Webhook', url: URL_OF_RECEIVER, auth: AUTH };
  const world = createWorld({
    config: configOf(physical('disk', 3, { mason: { janitor } }), environment),
    register(registry) {
      const parts: WebhookParts = {
        request: (options) => callOf(options),
        idToken: () => Promise.resolve(null),
        variables: { MASON_WEBHOOK_SECRET: SECRET },
        clock: { now: () => world.clock.now(), after: (ms, action) => world.clock.after(ms, action) },
        random: () => 0.5,
      };
      registry.registerConfigConverter('Webhook', webhookConverter(parts));
      registry.registerCleaner('Webhook', webhookCleaner(parts));
    },
  });
  const receiver = createReceiver({ secret: SECRET, now: () => world.clock.now() });

  async function callOf(options: WebhookOptions): Promise<HttpAnswer> {
    const { process } = world;
    const index = made;
    made += 1;
    let answer: HttpAnswer | undefined;
    const make = async (): Promise<HttpAnswer> => {
      const { method, data: body, headers } = options;
      if (answer === undefined) {
        const replied = receiver.handle({ method, headers, body });
        answer = { status: replied.status, headers: new Headers(replied.headers), data: replied.body };
      }
      return answer;
    };
    await webhook.around({ index, options, process, make });
    if (process.isDead) return new Promise(() => undefined);
    return make();
  }

  const webhook: WebhookWorld = { world, receiver, made: () => made, around: () => undefined };
  return webhook;
}
