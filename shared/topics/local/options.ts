import type { CloudEvent } from 'cloudevents';

import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Random } from '../../runtime/random.ts';
import type { OutgoingMessage } from '../port.ts';

export interface LocalTopicsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How many messages of one topic are handled at once. */
  readonly concurrency: number;
  /** Deliveries after which a message becomes a dead letter (Pub/Sub: 5 to 100). */
  readonly maxDeliveries: number;
  /** Milliseconds before the second delivery; doubles with each, up to `maxBackoffMs`. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

export type Subscriber = (event: CloudEvent<unknown>) => Promise<void>;

export interface DeadLetter {
  readonly message: OutgoingMessage;
  readonly deliveries: number;
  readonly error: string;
  /** When it was given up: milliseconds on the clock that never goes back. */
  readonly at: number;
}
