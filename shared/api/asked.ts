import type { ConfigText } from '../config/source.ts';
import type { Mason } from '../mason/mason.ts';
import type { OutgoingMessage } from '../topics/port.ts';
import type { Overview, PlanAnswer } from './wire.ts';

/** A message that was given up, with what its last delivery ended with. */
export interface DeadLetter {
  readonly topic: string;
  readonly data: string;
  readonly deliveries: number;
  readonly error: string;
}

/** What a Mason is asked and told. */
export interface Asked {
  readonly mason: Pick<Mason, 'ledger' | 'engine' | 'waking'>;
  readonly overview: () => Promise<Overview>;
  /** What applying this config would do. */
  readonly plan: (config: ConfigText) => Promise<PlanAnswer>;
  /** Whether user data is told to whoever asks for it: it may hold credentials. */
  readonly showsUserData: boolean;
  /** The oldest first. Null: the topics can't be asked for them from here. */
  readonly deadLetters: (() => readonly DeadLetter[]) | null;
}

/** Who takes orders, too. */
export interface Ordered extends Asked {
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  /** Listens, from now on for a moment, to what the function says to an order. Null: nothing. */
  readonly hear: (order: { readonly phase: string; readonly name: string }) => Promise<Heard | null>;
  /** See Claims.retry; milliseconds. */
  readonly graceMs: number;
}

export interface Heard {
  readonly event: string;
  readonly message: string;
}
