import { pubsubEvent } from '../../shared/topics/local/pubsubEvent.ts';
import type { OutgoingMessage } from '../../shared/topics/port.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

/** A message on its way to a function. */
export interface Letter extends OutgoingMessage {
  readonly id: string;
  /** When it was published (ms since the epoch). */
  readonly at: number;
  /** Deliveries, this one among them. */
  readonly count: number;
}

/** hold: it stays where it is until `fate` says another thing of it. */
export type Fate = 'deliver' | 'twice' | 'drop' | 'hold';

export interface Rejection {
  readonly letter: Letter;
  readonly error: unknown;
}

/** As a subscription would be set. */
const MAX_DELIVERIES = 10;
const RETRY_AFTER_MS = 10_000;
/** What no test needs: two functions wake each other for ever. */
const MOST_DELIVERIES_OF_ONE_SETTLE = 100_000;

/**
 * All topics, cranked by hand: nothing is delivered but by `settle`. It delivers at least once: a handler that rejects
 * gets the letter again, 10 s later by the world's clock, and after ten times it is a dead letter.
 */
export class Wire {
  /** Published and not delivered, in their order. A test may look at it, and reorder it. */
  waiting: Letter[] = [];
  /** What happens to a letter. By default all are delivered. */
  fate: (letter: Letter) => Fate = () => 'deliver';
  /** The order in which letters that wait together are delivered. By default that of their publication. */
  order: (letters: readonly Letter[]) => readonly Letter[] = (letters) => letters;
  /** Every letter that was ever published, in order. */
  readonly published: Letter[] = [];
  readonly rejections: Rejection[] = [];
  readonly deadLetters: Letter[] = [];
  readonly #clock: Clock;
  readonly #handle: (letter: Letter, event: unknown) => Promise<void>;

  constructor(clock: Clock, handle: (letter: Letter, event: unknown) => Promise<void>) {
    this.#clock = clock;
    this.#handle = handle;
  }

  post(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) {
      const id = `letter-${this.published.length + 1}`;
      const letter = { ...message, id, at: this.#clock.now(), count: 1 };
      this.published.push(letter);
      this.waiting.push(letter);
    }
  }

  /** Delivers until nothing is left to deliver, and what was delivered is over or waits for time. */
  async settle(): Promise<void> {
    await turn();
    for (let delivered = 0; ;) {
      const batch = this.order(this.waiting).map((letter) => ({ letter, fate: this.fate(letter) }));
      this.waiting = batch.filter(({ fate }) => fate === 'hold').map(({ letter }) => letter);
      const moving = batch.filter(({ fate }) => fate !== 'hold');
      if (moving.length === 0) return;
      delivered += moving.length;
      if (delivered > MOST_DELIVERIES_OF_ONE_SETTLE) throw new Error('the messages never come to rest');
      for (const { letter, fate } of moving) {
        if (fate !== 'drop') this.#deliver(letter);
        if (fate === 'twice') this.#deliver(letter);
      }
      await turn();
    }
  }

  /** Delivers it again later, as if it had been answered with an error. */
  again(letter: Letter): void {
    if (letter.count >= MAX_DELIVERIES) {
      this.deadLetters.push(letter);
      return;
    }
    this.#clock.after(RETRY_AFTER_MS, () => {
      this.waiting.push({ ...letter, count: letter.count + 1 });
    });
  }

  #deliver(letter: Letter): void {
    this.#handle(letter, eventOf(letter)).catch((error: unknown) => {
      this.rejections.push({ letter, error });
      this.again(letter);
    });
  }
}

export const eventOf = (letter: Letter): unknown => pubsubEvent(letter, { id: letter.id, at: letter.at });

/** Until every promise that can go on without time or I/O has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
