import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';
import type { OutgoingMessage } from '../../../shared/topics/port.ts';
import type { Instance } from './instance.ts';
import type { Timeline } from './timeline.ts';

/** A message on its way to a function. */
export interface Letter {
  readonly id: string;
  readonly message: OutgoingMessage;
  /** Which Mason's topics it is in. */
  readonly house: string;
  /** When it was published (ms since the epoch). */
  readonly at: number;
  deliveries: number;
  /** Before this (ms of the simulation) it is not delivered again. */
  notBefore: number;
}

interface Flight {
  readonly letter: Letter;
  readonly instance: Instance;
  readonly since: number;
}

/** As a subscription would be set. */
const MAX_DELIVERIES = 8;
const RETRY_MS = 10_000;
const ACK_DEADLINE_MS = 600_000;
/** Letters that are done with and may come once more. */
const GHOSTS_KEPT = 12;

/** Pub/Sub: at least once, in any order, as late as it likes. */
export class Post {
  waiting: Letter[] = [];
  /** Done with: duplicates of them may still come. */
  readonly ghosts: Letter[] = [];
  /** What a handler threw that no fault explains. */
  readonly surprises: string[] = [];
  readonly #flights: Flight[] = [];
  #count = 0;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  publish(house: string, messages: readonly OutgoingMessage[]): void {
    for (const message of messages) {
      this.#count += 1;
      const id = `letter-${this.#count}`;
      this.waiting.push({ id, message, house, at: this.#timeline.now, deliveries: 0, notBefore: 0 });
    }
  }

  /** What can be delivered now. */
  get due(): readonly Letter[] {
    return this.waiting.filter(({ notBefore }) => notBefore <= this.#timeline.elapsed);
  }

  deliver(letter: Letter, instance: Instance): void {
    const index = this.waiting.indexOf(letter);
    if (index >= 0) this.waiting.splice(index, 1);
    letter.deliveries += 1;
    const flight = { letter, instance, since: this.#timeline.elapsed };
    this.#flights.push(flight);
    const { id, at, message } = letter;
    instance.handlers[message.topic](pubsubEvent(message, { id, at })).then(
      () => {
        if (this.#land(flight)) this.#done(letter);
      },
      (error: unknown) => {
        this.#judge(letter, error);
        if (this.#land(flight)) this.#again(letter);
      },
    );
  }

  drop(letter: Letter): void {
    this.waiting.splice(this.waiting.indexOf(letter), 1);
  }

  /** What the dead had not answered is delivered again. */
  bury(instance: Instance): void {
    for (const flight of this.#flights.filter((one) => one.instance === instance))
      if (this.#land(flight)) this.#again(flight.letter);
  }

  /** What nobody answered within the deadline is delivered again, beside the delivery that hangs. */
  redeliverOverdue(): void {
    const overdue = this.#timeline.elapsed - ACK_DEADLINE_MS;
    for (const flight of this.#flights.filter(({ since }) => since < overdue))
      if (this.#land(flight)) this.#again(flight.letter);
  }

  /** Whether anything is being handled. */
  get isFlying(): boolean {
    return this.#flights.length > 0;
  }

  #land(flight: Flight): boolean {
    const index = this.#flights.indexOf(flight);
    if (index < 0) return false;
    this.#flights.splice(index, 1);
    return true;
  }

  #again(letter: Letter): void {
    if (letter.deliveries >= MAX_DELIVERIES) return;
    letter.notBefore = this.#timeline.elapsed + RETRY_MS;
    this.waiting.push(letter);
  }

  #done(letter: Letter): void {
    this.ghosts.push(letter);
    if (this.ghosts.length > GHOSTS_KEPT) this.ghosts.shift();
  }

  #judge({ message }: Letter, error: unknown): void {
    const odd = oddOf(error);
    if (odd !== null) this.surprises.push(`the handler of ${message.topic} threw: ${odd}`);
  }
}

/** What no fault of the world explains: an error that is none of Mason's own. */
function oddOf(error: unknown): string | null {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(oddOf).find((odd) => odd !== null) ?? null;
  return error.name === 'MasonError' || error.name === 'WorldFault' ? null : (error.stack ?? error.message);
}
