import { TASKS } from '../ledger/records.ts';

/** Every topic has the name of the function that it wakes. */
export const TOPICS = [...TASKS, 'sync'] as const;
export type Topic = (typeof TOPICS)[number];

export interface OutgoingMessage {
  readonly topic: Topic;
  /** A resource's name, or what a Scheduler sends. Never empty: an empty message is lost on its way. */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Topics {
  /**
   * Resolves when every message is safe with the topic, which then delivers it at least once.
   * A rejection leaves open which of them were published.
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
}
