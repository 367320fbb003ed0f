import { CloudEvent } from 'cloudevents';

import type { OutgoingMessage } from '../port.ts';

/** The event that Eventarc makes of a Pub/Sub message. */
export function pubsubEvent(
  { topic, data, attributes }: OutgoingMessage,
  { id, at }: { readonly id: string; readonly at: number },
): CloudEvent<unknown> {
  const time = new Date(at).toISOString();
  const event = {
    id,
    time,
    source: `//pubsub.googleapis.com/projects/local/topics/mason-${topic}`,
    type: 'google.cloud.pubsub.topic.v1.messagePublished',
    datacontenttype: 'application/json',
    data: {
      subscription: `projects/local/subscriptions/mason-${topic}`,
      message: { data: Buffer.from(data).toString('base64'), attributes, messageId: id, publishTime: time },
    },
  };
  return new CloudEvent(event, WITHOUT_A_CHECK);
}

/** All events are made here, in one form, which a test holds against CloudEvents' schema. */
const WITHOUT_A_CHECK = false;
