import { readFileSync } from 'node:fs';

import described from '../../../infra/topics.json' with { type: 'json' };
import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';
import type { OutgoingMessage, Topic, Topics } from '../../../shared/topics/port.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { draw, PUSH, READ } from './latency.ts';
import type { VirtualTime } from './virtualTime.ts';
import type { Works } from './works.ts';

/** How a function is deployed. */
export interface Deployed {
  readonly concurrency: number;
  readonly maxInstances: number;
}

/** By infra/functions.tf's defaults. */
export function deployed(entryPoint: string): Deployed {
  const line = new RegExp(`\\b${entryPoint}\\s+= \\{ concurrency = (\\d+), max_instances = (\\d+) \\}`);
  const found = line.exec(readFileSync('infra/functions.tf', 'utf8'));
  if (found === null) throw new Error(`infra/functions.tf does not say how ${entryPoint} is deployed`);
  return { concurrency: Number(found[1]), maxInstances: Number(found[2]) };
}

/** One invocation that has ended. */
export interface Invocation {
  readonly topic: Topic;
  /** Milliseconds of the simulation. */
  readonly from: number;
  readonly until: number;
  readonly failed: boolean;
}

interface Letter {
  readonly message: OutgoingMessage;
  readonly id: string;
  readonly at: number;
  deliveries: number;
}

interface Lane {
  readonly instances: readonly Works[];
  readonly busy: number[];
  readonly concurrency: number;
  readonly waiting: Letter[];
}

interface PushParts {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly onEnd: (invocation: Invocation) => void;
}

/** Pub/Sub that pushes to as many instances, and to as much at once in each, as are deployed. */
export class Push implements Topics {
  /** Given up after the deliveries that infra/topics.json allows. */
  dead = 0;
  readonly #lanes = new Map<Topic, Lane>();
  readonly #parts: PushParts;
  #count = 0;

  constructor(parts: PushParts) {
    this.#parts = parts;
  }

  /** @param open makes an instance of the function */
  subscribe(topic: Topic, { concurrency, maxInstances }: Deployed, open: () => Works): void {
    const instances = Array.from({ length: maxInstances }, open);
    this.#lanes.set(topic, { instances, busy: instances.map(() => 0), concurrency, waiting: [] });
  }

  /** Messages that wait for a free place in an instance. */
  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const { time, random } = this.#parts;
    await time.wait(draw(READ, random));
    for (const message of messages) {
      this.#count += 1;
      const letter = { message, id: `letter-${this.#count}`, at: time.clock.now(), deliveries: 0 };
      this.#sendIn(draw(PUSH, random), letter);
    }
  }

  #sendIn(ms: number, letter: Letter): void {
    this.#parts.time.clock.after(ms, () => {
      const lane = this.#laneOf(letter);
      lane.waiting.push(letter);
      this.#next(lane);
    });
  }

  #next(lane: Lane): void {
    const least = Math.min(...lane.busy);
    if (least >= lane.concurrency) return;
    const index = lane.busy.indexOf(least);
    const [letter, instance] = [lane.waiting.shift(), lane.instances[index]];
    if (letter !== undefined && instance !== undefined) void this.#deliver(lane, { letter, instance, index });
  }

  async #deliver(
    lane: Lane,
    {
      letter,
      instance,
      index,
    }: { readonly letter: Letter; readonly instance: Works; readonly index: number },
  ): Promise<void> {
    const { message, id, at } = letter;
    const { time, onEnd } = this.#parts;
    const from = time.elapsed;
    lane.busy[index] = (lane.busy[index] ?? 0) + 1;
    letter.deliveries += 1;
    const failed = await instance.handlers[message.topic](pubsubEvent(message, { id, at })).then(
      () => false,
      () => true,
    );
    lane.busy[index] -= 1;
    onEnd({ topic: message.topic, from, until: time.elapsed, failed });
    if (failed) this.#again(letter);
    this.#next(lane);
  }

  #again(letter: Letter): void {
    const { maxDeliveryAttempts, minBackoffSeconds } = {
      ...described.defaults,
      ...described.topics[letter.message.topic],
    };
    if (letter.deliveries >= maxDeliveryAttempts) this.dead += 1;
    else this.#sendIn(minBackoffSeconds * 1_000, letter);
  }

  #laneOf({ message }: Letter): Lane {
    const lane = this.#lanes.get(message.topic);
    if (lane === undefined) throw new Error(`nobody has subscribed to ${message.topic}`);
    return lane;
  }
}
