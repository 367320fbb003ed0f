import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PubSub } from '@google-cloud/pubsub';

import { readDescription } from '../../shared/cloud/description.ts';
import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import { provision } from '../../shared/cloud/provision.ts';
import { readMessage } from '../../shared/topics/message.ts';
import { TOPICS, type OutgoingMessage, type Topic } from '../../shared/topics/port.ts';
import { openPubSubTopics, type PubSubTopicsOptions } from '../../shared/topics/pubsub/pubsubTopics.ts';
import { describeTopics, type TopicsHarness } from '../contract/topics/topicsContract.ts';
import { openPubSubHarness } from '../support/pubSubHarness.ts';

const START_MS = 100_000;

let emulator: Emulator | undefined;
beforeAll(async () => {
  emulator = await startEmulator('pubsub', { projectId: 'mason' });
  process.env['PUBSUB_EMULATOR_HOST'] = emulator.host;
  process.env['METADATA_SERVER_DETECTION'] = 'none';
}, START_MS);
afterAll(() => emulator?.stop());
// functions-framework writes every rejection of a function there, and these tests are full of them.
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describeTopics('Pub/Sub', () => openPubSubHarness('eventarc'));

const MESSAGE: OutgoingMessage = {
  topic: 'clean',
  data: 'cluster-1',
  attributes: { type: 'cluster', cycle: '3', phase: 'clean' },
};

describe('a push without the headers of Eventarc', () => {
  let harness: TopicsHarness;
  beforeEach(async () => {
    harness = await openPubSubHarness('framework');
  });
  afterEach(() => harness.close());

  test('is the same message to a function, though its event lacks the subscription', async () => {
    const events: unknown[] = [];
    await harness.subscribe('clean', async (event) => void events.push(event));
    const before = harness.now();
    await harness.topics.publish([MESSAGE]);
    await harness.until(() => events.length > 0);
    const { id, time, ...rest } = readMessage(events[0]);
    expect(rest).toEqual({ data: 'cluster-1', system: { cycle: 3, phase: 'clean' }, trace: null });
    expect(time).toBeGreaterThan(before - 2_000);
    expect(events[0]).toMatchObject({
      specversion: '1.0',
      type: 'google.cloud.pubsub.topic.v1.messagePublished',
      source: expect.stringMatching(/^\/\/pubsub\.googleapis\.com\/projects\/.+\/topics\/mason-clean$/),
      data: { message: { messageId: id, attributes: MESSAGE.attributes } },
    });
    expect(events[0]).not.toHaveProperty('data.subscription');
  });

  test('is delivered again after a rejection', async () => {
    let deliveries = 0;
    await harness.subscribe('clean', () => {
      deliveries += 1;
      return deliveries === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
    });
    await harness.topics.publish([MESSAGE]);
    await harness.until(() => deliveries > 1);
  });
});

describe('publishing', () => {
  const projectId = 'publishing';
  const description = readDescription();
  const endpoint = 'http://127.0.0.1:9/nobody';
  const provisionWith = (pushEndpoint: string): Promise<void> =>
    provision({ projectId, description, endpointOf: () => pushEndpoint });
  beforeAll(() => provisionWith(endpoint));

  async function publish(
    messages: readonly OutgoingMessage[],
    options: Partial<PubSubTopicsOptions> = {},
  ): Promise<void> {
    const topics = openPubSubTopics({ projectId, topicOf: (topic) => `mason-${topic}`, ...options });
    try {
      await topics.publish(messages);
    } finally {
      await topics.close();
      await topics.close();
    }
  }

  test('tells how many a topic took', async () => {
    const counts: number[] = [];
    const onPublish = (count: number): void => void counts.push(count);
    await publish([MESSAGE, { ...MESSAGE, topic: 'free' }, MESSAGE], { onPublish });
    expect(counts.sort()).toEqual([1, 2]);
  });

  test('takes more than fits into one request', async () => {
    const counts: number[] = [];
    const messages = Array.from({ length: 2_500 }, () => ({ ...MESSAGE, data: 'cluster-1 '.repeat(800) }));
    await publish(messages, { onPublish: (count) => void counts.push(count) });
    expect(counts).toEqual([2_500]);
  });

  test('to a topic that is not there rejects with its name, and what to do', async () => {
    const counts: number[] = [];
    const topicOf = (topic: Topic): string => (topic === 'clean' ? 'mason-none' : `mason-${topic}`);
    const onPublish = (count: number): void => void counts.push(count);
    await expect(
      publish([MESSAGE, { ...MESSAGE, topic: 'free' }], { topicOf, onPublish }),
    ).rejects.toMatchObject({
      code: 'TOPIC_UNAVAILABLE',
      message: expect.stringMatching(/projects\/publishing\/topics\/mason-none.*Terraform/),
    });
    expect(counts).toEqual([1]);
  });

  test('ends at its deadline when nobody answers', async () => {
    const host = process.env['PUBSUB_EMULATOR_HOST'];
    // Nobody listens on the port of discard, and the client alone would go on for ten minutes.
    process.env['PUBSUB_EMULATOR_HOST'] = '127.0.0.1:9';
    try {
      await expect(publish([MESSAGE], { deadlineMs: 500 })).rejects.toMatchObject({
        code: 'TOPIC_UNAVAILABLE',
        retry: true,
        message: expect.stringContaining('can not be reached'),
      });
    } finally {
      process.env['PUBSUB_EMULATOR_HOST'] = host;
    }
  });

  test('refuses a message without data before any other is published', async () => {
    const counts: number[] = [];
    const onPublish = (count: number): void => void counts.push(count);
    await expect(publish([MESSAGE, { ...MESSAGE, data: '' }], { onPublish })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
    });
    expect(counts).toEqual([]);
  });

  test('finds what was provisioned, also for a second time and elsewhere', async () => {
    await provisionWith(`${endpoint}/2`);
    const pubsub = new PubSub({ projectId });
    for (const topic of TOPICS) {
      const described = description.topics[topic];
      const [made] = await pubsub.subscription(described.subscription).getMetadata();
      expect(made).toMatchObject({
        topic: `projects/${projectId}/topics/${described.topic}`,
        pushConfig: { pushEndpoint: `${endpoint}/2` },
        ackDeadlineSeconds: described.ackDeadlineSeconds,
        retryPolicy: null,
        expirationPolicy: { ttl: null },
        deadLetterPolicy: {
          deadLetterTopic: `projects/${projectId}/topics/${described.deadLetterTopic}`,
          maxDeliveryAttempts: described.maxDeliveryAttempts,
        },
      });
      const [dead] = await pubsub.subscription(described.deadLetterSubscription).getMetadata();
      expect(dead.topic).toBe(`projects/${projectId}/topics/${described.deadLetterTopic}`);
      expect(dead.pushConfig?.pushEndpoint).toBe('');
      // Who looks without taking sees the same again soon.
      expect(dead.ackDeadlineSeconds).toBe(10);
    }
    await pubsub.close();
  });
});
