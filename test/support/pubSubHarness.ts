import { setTimeout as delay } from 'node:timers/promises';

import { PubSub, v1 } from '@google-cloud/pubsub';

import { readDescription } from '../../shared/cloud/description.ts';
import { provision } from '../../shared/cloud/provision.ts';
import { TOPICS, type Topic } from '../../shared/topics/port.ts';
import { openPubSubTopics } from '../../shared/topics/pubsub/pubsubTopics.ts';
import type { TopicsHarness } from '../contract/topics/topicsContract.ts';
import { openPushServer, type Conversion } from './pushServer.ts';
import { LOOK_MS, until } from './until.ts';

/** The fewest that there are. */
const MAX_DELIVERIES = 5;
/** Milliseconds from a delivery that failed to the next. The emulator's own pause is 1 s, by another clock. */
const MIN_BACKOFF_MS = 900;

type PullerOptions = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;
type DeadLetters = Awaited<ReturnType<TopicsHarness['deadLetters']>>;

let projectsMade = 0;

/**
 * The topics of infra/topics.json on the emulator of PUBSUB_EMULATOR_HOST, in a project of their own: so no harness sees
 * another's messages, and the names are those of a deployment.
 */
export async function openPubSubHarness(conversion: Conversion): Promise<TopicsHarness> {
  projectsMade += 1;
  const projectId = `project-${projectsMade}`;
  const description = readDescription();
  const nameOf = (topic: Topic): string => description.topics[topic].topic;
  const server = await openPushServer((topic) => `projects/${projectId}/topics/${nameOf(topic)}`, conversion);
  const endpointOf = (topic: Topic): string => server.endpointOf(topic);
  await provision({ projectId, description, endpointOf, overrides: { maxDeliveryAttempts: MAX_DELIVERIES } });
  const topics = openPubSubTopics({ projectId, topicOf: nameOf });
  const admin = new PubSub({ projectId });
  // The low-level client knows no emulator by itself. Its type is the same but for undefined properties.
  const puller = new v1.SubscriberClient((await admin.getClientConfig()) as PullerOptions);
  const close = async (): Promise<void> => {
    // What is deleted isn't pushed again, to a port that may be another harness's by then.
    await Promise.all(
      TOPICS.map((topic) => admin.subscription(description.topics[topic].subscription).delete()),
    );
    await server.close();
    await Promise.all([topics.close(), puller.close(), admin.close()]);
  };
  let closing: Promise<void> | undefined;
  return {
    topics,
    now: () => Date.now(),
    subscribe: (topic, handler) => server.handle(topic, handler),
    async until(isSo) {
      // Whoever waits for nothing but time gets some: the emulator needs it, too.
      await delay(LOOK_MS);
      await until(isSo);
    },
    maxDeliveries: MAX_DELIVERIES,
    minBackoffMs: MIN_BACKOFF_MS,
    deadLetters: (topic) =>
      pullAll(puller, admin.subscription(description.topics[topic].deadLetterSubscription).name),
    close: () => (closing ??= close()),
  };
}

/** @returns what waits there just now and nobody has pulled before */
async function pullAll(puller: v1.SubscriberClient, subscription: string): Promise<DeadLetters> {
  const [{ receivedMessages }] = await puller.pull({
    subscription,
    maxMessages: 100,
    returnImmediately: true,
  });
  return (receivedMessages ?? []).map(({ message }) => ({
    data: Buffer.from(message?.data ?? '').toString('utf8'),
    attributes: message?.attributes ?? {},
  }));
}
