import * as z from 'zod';

import { MasonError } from '../errors.ts';
import { TASKS, type Task } from '../ledger/records.ts';
import type { Wake } from '../ledger/port.ts';
import type { OutgoingMessage } from './port.ts';

/** The data of a Scheduler's message: an asterisk can't be a resource's name. */
export const EVERYTHING = '*';

/** The CloudEvent that Eventarc and functions-framework make of a Pub/Sub message. */
const eventSchema = z.object({
  id: z.string(),
  time: z.iso.datetime({ offset: true }),
  data: z.object({
    message: z.object({
      data: z.base64().min(1),
      attributes: z.record(z.string(), z.string()).default({}),
    }),
  }),
});

/** What the system's own messages carry beside the name. */
const attributesSchema = z.object({
  type: z.string(),
  cycle: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  phase: z.enum(TASKS),
  trace: z.string().optional(),
});
const SYSTEM_KEYS = attributesSchema.keyof().options;

/** A message as a function sees it. */
export interface IncomingMessage {
  readonly id: string;
  /** When it was published, in ms since the epoch. */
  readonly time: number;
  readonly data: string;
  /** Of the system's own messages; null for a bare name, which a person sent. */
  readonly system: { readonly cycle: number; readonly phase: Task } | null;
  readonly trace: string | null;
}

/** @throws MasonError MESSAGE_INVALID for an event without data: it arrives so when its publisher sent only attributes */
export function readMessage(event: unknown): IncomingMessage {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) {
    throw new MasonError(
      'MESSAGE_INVALID',
      `not an event of a Pub/Sub message with data: ${z.prettifyError(parsed.error)}. Publish a resource's name as data.`,
    );
  }
  const { id, time, data } = parsed.data;
  return {
    id,
    time: Date.parse(time),
    data: Buffer.from(data.message.data, 'base64').toString('utf8'),
    ...readAttributes(data.message.attributes),
  };
}

/**
 * Attributes of its publisher's own are nothing to us. With one of ours it is no bare name: that could be taken for an
 * order that nobody gave, to recycle what somebody uses.
 */
function readAttributes(
  attributes: Readonly<Record<string, string>>,
): Pick<IncomingMessage, 'system' | 'trace'> {
  if (!SYSTEM_KEYS.some((key) => Object.hasOwn(attributes, key))) return { system: null, trace: null };
  const parsed = attributesSchema.safeParse(attributes);
  if (!parsed.success) {
    throw new MasonError(
      'MESSAGE_INVALID',
      `neither a bare name nor one of the system's messages: ${z.prettifyError(parsed.error)}. Publish a resource's name without the attributes ${SYSTEM_KEYS.join(', ')}.`,
    );
  }
  const { cycle, phase, trace = null } = parsed.data;
  return { system: { cycle, phase }, trace };
}

export function messageOf(wake: Wake, trace: string | null): OutgoingMessage {
  const attributes = { type: wake.type, cycle: String(wake.cycle), phase: wake.task };
  return {
    topic: wake.task,
    data: wake.name,
    attributes: trace === null ? attributes : { ...attributes, trace },
  };
}
