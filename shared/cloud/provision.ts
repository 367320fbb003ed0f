import { PubSub, type CreateSubscriptionOptions } from '@google-cloud/pubsub';

import { MasonError } from '../errors.ts';
import { TOPICS, type Topic } from '../topics/port.ts';
import type { Delivery, Description, TopicDescription } from './description.ts';

/**
 * How the emulator is told to deliver: without a pause of its own choosing it begins each further delivery after 1 s. Told of
 * a backoff, version 0.8.20 ends all redelivery of a subscription as soon as two of its messages are due again in the same
 * millisecond (measured; it then takes one of them up twice, and the second time kills what takes them up).
 */
export type EmulatedDelivery = Omit<Delivery, 'minBackoffSeconds' | 'maxBackoffSeconds'>;

export interface ProvisionOptions {
  readonly projectId: string;
  readonly description: Description;
  /** The URL to which a topic's subscription pushes. */
  readonly endpointOf: (topic: Topic) => string;
  /** Takes the place of what is described, for every topic. */
  readonly overrides?: Partial<EmulatedDelivery>;
}

/** gRPC's. */
const ALREADY_EXISTS = 6;

/**
 * Creates topics, their push subscriptions and their dead-letter topics with a subscription that keeps what comes there,
 * on the emulator of PUBSUB_EMULATOR_HOST; a cloud's are Terraform's. What exists already is made so: another call changes
 * endpoints and figures, and loses no message.
 *
 * @throws MasonError TOPIC_UNAVAILABLE
 */
export async function provision({
  projectId,
  description,
  endpointOf,
  overrides = {},
}: ProvisionOptions): Promise<void> {
  const pubsub = new PubSub({ projectId });
  try {
    await Promise.all(
      TOPICS.map((topic) =>
        provisionTopic(pubsub, { ...description.topics[topic], ...overrides }, endpointOf(topic)),
      ),
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MasonError(
      'TOPIC_UNAVAILABLE',
      `can not create the topics of project ${projectId}: ${reason}. Look whether the emulator runs where PUBSUB_EMULATOR_HOST says.`,
      { cause },
    );
  } finally {
    await pubsub.close();
  }
}

async function provisionTopic(pubsub: PubSub, topic: TopicDescription, pushEndpoint: string): Promise<void> {
  await Promise.all([ensureTopic(pubsub, topic.topic), ensureTopic(pubsub, topic.deadLetterTopic)]);
  // First the one that keeps dead letters: there is none to lose yet.
  await ensureSubscription(pubsub, {
    topic: topic.deadLetterTopic,
    name: topic.deadLetterSubscription,
    settings: { ackDeadlineSeconds: topic.deadLetterAckDeadlineSeconds },
  });
  const settings: CreateSubscriptionOptions = {
    ackDeadlineSeconds: topic.ackDeadlineSeconds,
    pushConfig: { pushEndpoint },
    deadLetterPolicy: {
      deadLetterTopic: pubsub.topic(topic.deadLetterTopic).name,
      maxDeliveryAttempts: topic.maxDeliveryAttempts,
    },
  };
  await ensureSubscription(pubsub, { topic: topic.topic, name: topic.subscription, settings });
}

async function ensureTopic(pubsub: PubSub, name: string): Promise<void> {
  await create(() => pubsub.createTopic(name));
}

async function ensureSubscription(
  pubsub: PubSub,
  { topic, name, settings }: { topic: string; name: string; settings: CreateSubscriptionOptions },
): Promise<void> {
  // Without a time to live it never expires. The emulator refuses to be told again, so it is no part of an update.
  const isNew = await create(() =>
    pubsub.createSubscription(topic, name, { ...settings, expirationPolicy: {} }),
  );
  if (!isNew) await pubsub.subscription(name).setMetadata(settings);
}

/** @returns false if there is one of this name already */
async function create(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === ALREADY_EXISTS) return false;
    throw error;
  }
}
