import { PubSub, type Topic as Publisher } from '@google-cloud/pubsub';

import { MasonError } from '../../errors.ts';
import { systemClock } from '../../runtime/clock.ts';
import { withDeadline } from '../../runtime/withDeadline.ts';
import type { OutgoingMessage, Topic, Topics } from '../port.ts';
import { publishError } from './publishError.ts';
import { publishOptions } from './publishOptions.ts';

export interface PubSubTopicsOptions {
  /** Default: the project of the credentials. */
  readonly projectId?: string;
  /** A topic's name in the project. */
  topicOf(topic: Topic): string;
  /** Milliseconds that a call of publish() may take (default 20 s). */
  readonly deadlineMs?: number;
  /** Called with the number of messages whenever a topic has taken all those that one call had for it. */
  readonly onPublish?: (count: number) => void;
}

export interface PubSubTopics extends Topics {
  /** Nothing can be published after it. May be called twice. */
  close(): Promise<void>;
}

const DEADLINE_MS = 20_000;

/**
 * Topics of Pub/Sub, or of its emulator where PUBSUB_EMULATOR_HOST is set. publish() rejects with MasonError
 * TOPIC_UNAVAILABLE, or MESSAGE_INVALID before anything is published.
 */
export function openPubSubTopics(options: PubSubTopicsOptions): PubSubTopics {
  const { projectId, deadlineMs = DEADLINE_MS, onPublish } = options;
  const pubsub = new PubSub(projectId === undefined ? {} : { projectId });
  const publishers = new Map<Topic, Publisher>();
  const publisherOf = (topic: Topic): Publisher => {
    const publisher =
      publishers.get(topic) ?? pubsub.topic(options.topicOf(topic), publishOptions(deadlineMs));
    publishers.set(topic, publisher);
    return publisher;
  };
  const publishTo = async (topic: Topic, messages: readonly OutgoingMessage[]): Promise<void> => {
    const publisher = publisherOf(topic);
    try {
      await withDeadline(
        systemClock,
        deadlineMs,
        Promise.all(messages.map((message) => send(publisher, message))),
      );
    } catch (error) {
      throw publishError(publisher.name, error);
    }
    onPublish?.(messages.length);
  };
  return {
    async publish(messages) {
      messages.forEach(refuseEmpty);
      const byTopic = [...Map.groupBy(messages, ({ topic }) => topic)];
      // All are heard out, so that none is under way any more when the caller knows that one has failed.
      const results = await Promise.allSettled(byTopic.map(([topic, own]) => publishTo(topic, own)));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
    async close() {
      await pubsub.close();
    },
  };
}

async function send(publisher: Publisher, { data, attributes }: OutgoingMessage): Promise<void> {
  await publisher.publishMessage({ data: Buffer.from(data), attributes: { ...attributes } });
}

function refuseEmpty({ topic, data }: OutgoingMessage): void {
  if (data !== '') return;
  throw new MasonError('MESSAGE_INVALID', `a message for ${topic} has no data. Give it a resource's name.`);
}
