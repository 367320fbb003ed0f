import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { test } from '@jest/globals';
import { request } from 'gaxios';

import { masonableContract } from '../../../shared/masonables/contract.ts';
import { webhookConverter } from '../../../shared/masonables/webhook/webhook.ts';
import { bodyAsStream } from '../../../shared/runtime/bodyAsStream.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { createReceiver } from '../../support/webhook/receiver.ts';
import { serveReceiver } from '../../support/webhook/serveReceiver.ts';
import { SECRET } from '../../support/webhook/webhookWorld.ts';

masonableContract(
  async () => {
    const receiver = createReceiver({ secret: SECRET, now: () => systemClock.now() });
    const server = await serveReceiver(receiver);
    const converter = webhookConverter({
      request: (options) => request<Readable>({ ...options, adapter: bodyAsStream }),
      idToken: () => Promise.resolve(null),
      variables: { MASON_WEBHOOK_SECRET: SECRET },
      clock: systemClock,
      random: () => 0,
    });
    const auth = { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET' };
    return {
      masonable: converter.convert(converter.content.parse({ url: server.url, auth })),
      resource: { type: 'environment', name: 'environment-1', userData: {} },
      leased: { disk: ['disk-1', 'disk-2'].map((name) => ({ type: 'disk', name, userData: {} })) },
      existing: async () => receiver.existing(),
      close: async () => {
        await server.close();
        if (receiver.violations.length > 0) throw new Error(receiver.violations.join('\n'));
      },
    };
  },
  { test, wait },
);
