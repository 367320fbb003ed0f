import type { CloudEvent } from 'cloudevents';
import PQueue from 'p-queue';

import type { OutgoingMessage, Topic } from '../port.ts';
import type { DeadLetter, LocalTopicsOptions, Subscriber } from './options.ts';
import { pubsubEvent } from './pubsubEvent.ts';

interface Delivery {
  readonly event: CloudEvent<unknown>;
  readonly message: OutgoingMessage;
  /** Counted from 1. */
  readonly count: number;
}

/** A fault that stays, in a process that stays, is not to fill its memory. */
const DEAD_LETTERS_KEPT = 1_000;
/** Characters: a name is shorter, and what is longer may be anything. */
const DATA_SHOWN = 80;

/** One topic with its subscription. */
export class Lane {
  readonly deadLetters: DeadLetter[] = [];
  readonly #topic: Topic;
  readonly #options: LocalTopicsOptions;
  readonly #onDone: () => void;
  readonly #queue: PQueue;
  readonly #retries = new Set<() => void>();
  #subscriber: Subscriber = () => Promise.reject(new Error('nobody has subscribed'));
  #pending = 0;
  #closed = false;

  /** @param onDone called when a message is done with, delivered or dead */
  constructor(topic: Topic, options: LocalTopicsOptions, onDone: () => void) {
    this.#topic = topic;
    this.#options = options;
    this.#onDone = onDone;
    this.#queue = new PQueue({ concurrency: options.concurrency, autoStart: false });
  }

  get pending(): number {
    return this.#pending;
  }

  add(message: OutgoingMessage): void {
    const { random, clock } = this.#options;
    this.#pending += 1;
    this.#enqueue({ event: pubsubEvent(message, { id: random.uuid(), at: clock.now() }), message, count: 1 });
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscriber = subscriber;
    this.#queue.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#retries) cancel();
    this.#queue.pause();
    this.#queue.clear();
    await this.#queue.onPendingZero();
  }

  #enqueue(delivery: Delivery): void {
    void this.#queue.add(() => this.#deliver(delivery));
  }

  async #deliver(delivery: Delivery): Promise<void> {
    try {
      await this.#subscriber(delivery.event);
    } catch (error) {
      if (delivery.count < this.#options.maxDeliveries) {
        this.#retryLater(delivery);
        return;
      }
      this.#giveUp(delivery, error instanceof Error ? error.message : String(error));
    }
    this.#pending -= 1;
    this.#onDone();
  }

  #retryLater(delivery: Delivery): void {
    if (this.#closed) return;
    const { clock, minBackoffMs, maxBackoffMs } = this.#options;
    const cancel = clock.after(Math.min(maxBackoffMs, minBackoffMs * 2 ** (delivery.count - 1)), () => {
      this.#retries.delete(cancel);
      this.#enqueue({ ...delivery, count: delivery.count + 1 });
    });
    this.#retries.add(cancel);
  }

  #giveUp({ message, count }: Delivery, error: string): void {
    this.deadLetters.push({ message, deliveries: count, error, at: this.#options.clock.monotonic() });
    if (this.deadLetters.length > DEAD_LETTERS_KEPT) this.deadLetters.shift();
    const data = JSON.stringify(message.data.slice(0, DATA_SHOWN));
    const what = `the message ${data} to ${this.#topic} was given up after ${count} deliveries: ${error}`;
    this.#options.log({ severity: 'ERROR', event: 'dead-letter', message: what });
  }
}
