import * as z from 'zod';

import topicsFile from '../../infra/topics.json' with { type: 'json' };
import { MasonError } from '../errors.ts';
import { TOPICS, type Topic } from '../topics/port.ts';

/** How a subscription delivers. Pub/Sub's own limits, so that a figure that it refuses is refused here. */
const deliverySchema = z.strictObject({
  /** Seconds in which a push must be answered. */
  ackDeadlineSeconds: z.int().min(10).max(600),
  /** Seconds after which a dead letter that somebody pulled, and did not acknowledge, is there for the next look. */
  deadLetterAckDeadlineSeconds: z.int().min(10).max(600),
  /** Seconds before the second delivery; grows with each, up to `maxBackoffSeconds`. */
  minBackoffSeconds: z.number().min(0).max(600),
  maxBackoffSeconds: z.number().min(0).max(600),
  /** Deliveries after which a message becomes a dead letter. */
  maxDeliveryAttempts: z.int().min(5).max(100),
  /** Whether a subscription that was idle for 31 days is deleted: a Mason may rest longer, and must still wake. */
  expires: z.literal(false),
});

/** `%s` stands for the topic, as in Terraform's format(). */
const nameSchema = z.string().regex(/^[a-z][a-z0-9-]*%s[a-z0-9-]*$/, 'takes a-z, 0-9, - and one %s');

const descriptionSchema = z.strictObject({
  names: z.strictObject({
    topic: nameSchema,
    subscription: nameSchema,
    deadLetterTopic: nameSchema,
    deadLetterSubscription: nameSchema,
  }),
  defaults: deliverySchema,
  topics: z.record(z.enum(TOPICS), deliverySchema.partial()),
  schedules: z.partialRecord(z.enum(TOPICS), z.strictObject({ cron: z.string(), data: z.string().min(1) })),
});

export type Delivery = Readonly<z.infer<typeof deliverySchema>>;

/** A topic, its subscription, and where what it gives up goes: names without their project. */
export interface TopicDescription extends Delivery {
  readonly topic: string;
  readonly subscription: string;
  readonly deadLetterTopic: string;
  /** Without it a dead letter would be dropped. */
  readonly deadLetterSubscription: string;
}

/** What a Scheduler publishes, and when (as cron has it, UTC). */
export interface Schedule {
  readonly cron: string;
  readonly data: string;
}

export interface Description {
  readonly topics: Readonly<Record<Topic, TopicDescription>>;
  readonly schedules: Readonly<Partial<Record<Topic, Schedule>>>;
}

/**
 * The topics of a deployed Mason. Terraform reads the same file.
 * @param file what infra/topics.json holds
 * @throws MasonError CONFIG_INVALID
 */
export function readDescription(file: unknown = topicsFile): Description {
  const parsed = descriptionSchema.safeParse(file);
  if (!parsed.success) {
    throw new MasonError('CONFIG_INVALID', `infra/topics.json: ${z.prettifyError(parsed.error)}`);
  }
  const { names, defaults, topics, schedules } = parsed.data;
  const describe = (topic: Topic): TopicDescription => ({
    topic: nameOf(names.topic, topic),
    subscription: nameOf(names.subscription, topic),
    deadLetterTopic: nameOf(names.deadLetterTopic, topic),
    deadLetterSubscription: nameOf(names.deadLetterSubscription, topic),
    ...deliverySchema.parse({ ...defaults, ...topics[topic] }),
  });
  const described = Object.fromEntries(TOPICS.map((topic) => [topic, describe(topic)]));
  return { topics: described as Record<Topic, TopicDescription>, schedules };
}

function nameOf(pattern: string, topic: Topic): string {
  return pattern.replace('%s', topic);
}
