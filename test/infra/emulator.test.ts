import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PubSub, v1 } from '@google-cloud/pubsub';

import { emulatorVariables, startCloud, type Cloud } from '../../shared/cloud/cloud.ts';
import { readDescription } from '../../shared/cloud/description.ts';
import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../shared/runtime/random.ts';
import { TOPICS, type Topic } from '../../shared/topics/port.ts';
import { makeBundle } from '../support/cloudBundle.ts';
import { configOf, physical } from '../support/worldConfig.ts';
import { until } from '../support/until.ts';
import { describeTerraform } from './describeTerraform.ts';
import { copyInfra, type Copy } from './terraform.ts';

const projectId = 'terraform';
const MODULE = 'modules/topics';
/** Virtual resources, each of which goes through all four functions. */
const MEMBERS = 5;

const CONFIG = configOf(physical('project', MEMBERS), {
  ...{ type: 'cluster', state: 'dirty', 'min-count': MEMBERS, 'max-count': MEMBERS, needs: { project: 1 } },
  config: { type: 'Command', content: `run: [echo, '{"made": "yes"}']` },
});

const hasEmulator = ['gcloud', 'java'].every((tool) =>
  (process.env['MASON_TEST_TOOLS'] ?? '').split(',').includes(tool),
);
if (!hasEmulator)
  process.stderr.write('\n  SKIPPED test/infra/emulator: no gcloud, or no java on this machine\n');

(hasEmulator ? describeTerraform : describe.skip)('what Terraform made on the emulator of Pub/Sub', () => {
  const description = readDescription();
  const closers: (() => Promise<unknown>)[] = [];
  let copy: Copy;
  let emulator: Emulator;
  let cloud: Cloud;
  let ledger: Ledger;
  let pubsub: PubSub;
  let puller: v1.SubscriberClient;

  const terraform = async (...args: readonly string[]) => {
    const env = { GOOGLE_PUBSUB_CUSTOM_ENDPOINT: `http://${emulator.host}/v1/` };
    return copy.terraform(MODULE, [...args, '-input=false', '-no-color'], env);
  };

  beforeAll(async () => {
    const [started, bundle, copied] = await Promise.all([
      startEmulator('pubsub', { projectId }),
      makeBundle(),
      copyInfra(),
    ]);
    [emulator, copy] = [started, copied];
    closers.push(
      () => emulator.stop(),
      () => bundle.remove(),
      () => copy.remove(),
    );
    await makeImpatient(copy);
    const variables = emulatorVariables({
      projectId,
      hosts: { firestore: 'nowhere', pubsub: emulator.host },
    });
    Object.assign(process.env, variables);
    const config = join(bundle.folder, 'resources.yaml');
    await writeFile(config, CONFIG);
    const file = join(bundle.folder, 'ledger.db');
    cloud = await startCloud({
      ...{ projectId, description, bundle: bundle.folder, log: () => undefined },
      env: {
        ...{ PATH: process.env['PATH'], ...variables, FIRESTORE_EMULATOR_HOST: undefined },
        ...{ MASON_LEDGER: file, MASON_TOPICS: 'pubsub', MASON_CONFIG: config, MASON_COMMANDS: 'on' },
      },
    });
    ledger = openLocalLedger(file, { clock: systemClock, random: systemRandom });
    pubsub = new PubSub({ projectId });
    // The low-level client knows no emulator by itself. Its type is the same but for undefined properties.
    puller = new v1.SubscriberClient((await pubsub.getClientConfig()) as PullerOptions);
    closers.push(() => Promise.all([cloud.stop(), ledger.close(), pubsub.close(), puller.close()]));
    const endpoints = Object.fromEntries(TOPICS.map((topic) => [topic, { url: cloud.functions[topic].url }]));
    await writeFile(
      join(copy.folder, MODULE, 'terraform.tfvars.json'),
      JSON.stringify({ project_id: projectId, endpoints }),
    );
    await terraform('init');
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  test('is all that topics.json describes', async () => {
    expect(await terraform('apply', '-auto-approve')).toMatchObject({ code: 0 });
    const [topics] = await pubsub.getTopics();
    const described = Object.values(description.topics);
    expect(topics.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(
      described.flatMap(({ topic, deadLetterTopic }) => [topic, deadLetterTopic]).sort(),
    );
    const [subscriptions] = await pubsub.getSubscriptions();
    expect(subscriptions.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(
      described.flatMap((one) => [one.subscription, one.deadLetterSubscription]).sort(),
    );
  });

  test('is what a second plan wants: nothing is to be changed', async () => {
    const { code, stdout } = await terraform('plan', '-detailed-exitcode');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('No changes.') });
  });

  test('takes resources from dirty to free, woken by what the Scheduler publishes', async () => {
    await publish('sync', description.schedules.sync?.data ?? '');
    await until(async () => {
      const records = await ledger.views.records({ type: 'cluster', limit: 100 });
      return records.filter(({ state }) => state === 'free').length === MEMBERS;
    });
    const records = await ledger.views.records({ type: 'cluster', limit: 100 });
    for (const { userData } of records) expect(userData).toMatchObject({ made: 'yes' });
  });

  test('keeps what no function takes for a person', async () => {
    // A cycle without a phase is neither a person's message nor one of ours.
    await pubsub.topic(description.topics.clean.topic).publishMessage({
      ...{ data: Buffer.from('poison'), attributes: { cycle: '1' } },
    });
    const subscription = pubsub.subscription(description.topics.clean.deadLetterSubscription).name;
    const found: string[] = [];
    await until(async () => {
      const request = { subscription, maxMessages: 10, returnImmediately: true };
      const [{ receivedMessages }] = await puller.pull(request);
      found.push(
        ...(receivedMessages ?? []).map(({ message }) => Buffer.from(message?.data ?? '').toString()),
      );
      return found.length > 0;
    });
    expect(found).toEqual(['poison']);
  });

  test('is gone after terraform destroy', async () => {
    expect(await terraform('destroy', '-auto-approve')).toMatchObject({ code: 0 });
    const [[topics], [subscriptions]] = await Promise.all([pubsub.getTopics(), pubsub.getSubscriptions()]);
    expect([...topics, ...subscriptions].map(({ name }) => name)).toEqual([]);
  });

  const publish = (topic: Topic, data: string): Promise<string> =>
    pubsub.topic(description.topics[topic].topic).publishMessage({ data: Buffer.from(data) });
});

type PullerOptions = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;

/** The fewest deliveries and the shortest pauses that there are, in the copy's own list. */
async function makeImpatient(copy: Copy): Promise<void> {
  const file = join(copy.folder, 'topics.json');
  const list = JSON.parse(await readFile(file, 'utf8')) as { defaults: object; topics: object };
  const defaults = { ...list.defaults, minBackoffSeconds: 0.1, maxBackoffSeconds: 1, maxDeliveryAttempts: 5 };
  await writeFile(file, JSON.stringify({ ...list, defaults }));
}
