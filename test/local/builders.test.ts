import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { systemClock } from '../../shared/runtime/clock.ts';
import { createReceiver, type Receiver } from '../support/webhook/receiver.ts';
import { serveReceiver } from '../support/webhook/serveReceiver.ts';
import { until } from '../support/until.ts';
import { killAll, mason, startMasonWith } from './processes.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'secret').toString('base64')}`;

let folder = '';
let closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-builders-'));
});
afterEach(async () => {
  await killAll();
  for (const close of closing) await close();
  closing = [];
  await rm(folder, { recursive: true, force: true });
});

/** What builds and cleans, as a config describes it, and what it was asked to do. */
interface Builder {
  readonly content: Readonly<Record<string, unknown>>;
  readonly janitor: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Each as `ACTION NAME CYCLE`; what says "not yet" is called again. */
  asked(): Promise<readonly string[]>;
}

async function webhook(knobs: Partial<Receiver['knobs']> = {}): Promise<Builder> {
  const receiver = createReceiver({ secret: SECRET, now: () => systemClock.now() });
  Object.assign(receiver.knobs, knobs);
  const server = await serveReceiver(receiver);
  closing.push(() => server.close());
  const content = { url: server.url, auth: { type: 'hmac', secret: 'MASON_WEBHOOK_SECRET' } };
  return {
    content,
    janitor: { type: 'Webhook', ...content },
    variables: { MASON_WEBHOOK_SECRET: SECRET },
    async asked() {
      expect(receiver.violations).toEqual([]);
      return receiver.orders.map(({ action, resource, cycle }) => `${action} ${resource.name} ${cycle}`);
    },
  };
}

/** A program that takes two runs for each construct. */
async function command(): Promise<Builder> {
  const program = join(folder, 'program.sh');
  const log = join(folder, 'asked');
  const lines = [
    `echo "$MASON_ACTION $MASON_RESOURCE $MASON_CYCLE" >> ${log}`,
    '[ "$MASON_ACTION" = construct ] || exit 0',
    `if grep -q '"checkpoint":null'; then echo '{"checkpoint": 1, "againIn": "1ms"}'; exit 75; fi`,
    `echo '{"password": "hunter"}'`,
  ];
  await writeFile(program, lines.join('\n'));
  await writeFile(log, '');
  const run = ['/bin/sh', program];
  return {
    content: { run, destroy: run },
    janitor: { type: 'Command', run },
    asked: async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean),
  };
}

async function start(type: string, builder: Builder) {
  const config = {
    resources: [
      { type: 'disk', state: 'free', names: ['disk-1'], mason: { janitor: builder.janitor } },
      {
        type: 'environment',
        state: 'dirty',
        names: ['environment-1'],
        needs: { disk: 1 },
        config: { type, content: JSON.stringify(builder.content) },
        mason: { 'max-attempts': 1 },
      },
    ],
  };
  const file = join(folder, 'resources.yaml');
  await writeFile(file, JSON.stringify(config));
  const flags = ['--config', file, '--data', join(folder, 'data'), '--port', '0'];
  return startMasonWith(builder.variables ?? {}, ...flags).url();
}

/** Of Boskos's API. @returns null: there is none free */
async function acquire(url: string): Promise<{ readonly userdata: Record<string, string> } | null> {
  const query = 'type=environment&state=free&dest=busy&owner=me&request_id=1';
  const answer = await fetch(`${url}/acquire?${query}`, { method: 'POST' });
  return answer.ok ? ((await answer.json()) as { readonly userdata: Record<string, string> }) : null;
}

describe.each([
  ['Webhook', webhook],
  ['Command', command],
] as const)('A virtual resource that %s builds, in a Mason as npm start runs it', (type, open) => {
  test('is constructed, used, destroyed, its disk cleaned, and constructed again', async () => {
    const builder = await open();
    const url = await start(type, builder);
    let held: Awaited<ReturnType<typeof acquire>> = null;
    await until(async () => (held ??= await acquire(url)) !== null);
    expect(held).toHaveProperty('userdata.password', expect.stringMatching(/^hunter/));
    const query = 'name=environment-1&dest=dirty&owner=me';
    expect((await fetch(`${url}/release?${query}`, { method: 'POST' })).status).toBe(200);
    await until(async () => (await acquire(url)) !== null);
    const asked = (await builder.asked()).filter((one, at, all) => one !== all[at - 1]);
    expect(asked).toEqual([
      'construct environment-1 1',
      'destroy environment-1 2',
      'clean disk-1 1',
      'construct environment-1 2',
    ]);
  });
});

test('What a webhook says to its failure stands in mason status NAME, without what is secret', async () => {
  const said = 'no quota left in europe-west1';
  const builder = await webhook({
    meddle: () => ({ status: 500, body: JSON.stringify({ message: said, password: 'hunter' }) }),
  });
  const url = await start('Webhook', builder);
  let out = '';
  await until(async () => {
    ({ out } = await mason(url, 'status', 'environment-1'));
    return out.includes('quarantine');
  });
  expect(out).toContain(`${String(builder.content['url'])} answers 500: ${said}`);
  expect(out).not.toMatch(/hunter|whsec_/);
});
