import { TOPICS, type Topic, type Topics } from '../port.ts';
import { Lane } from './lane.ts';
import type { DeadLetter, LocalTopicsOptions, Subscriber } from './options.ts';

/** Topics inside one process: at least once, with retries and dead letters. What is in them is lost with the process. */
export interface LocalTopics extends Topics {
  /** A topic has one subscriber; what was published before it came is waiting for it. */
  subscribe(topic: Topic, subscriber: Subscriber): void;
  /** The last 1,000 of each topic, those of all in the order in which they were given up. */
  deadLetters(): readonly DeadLetter[];
  /** Messages published and not yet done with, those that wait for another delivery among them. */
  pending(): number;
  /** Resolves once nothing is pending. */
  onIdle(): Promise<void>;
  /** Starts no further delivery; resolves when those under way have ended. */
  close(): Promise<void>;
}

export function openLocalTopics(options: LocalTopicsOptions): LocalTopics {
  let awaitingIdle: (() => void)[] = [];
  const pending = (): number => [...lanes.values()].reduce((sum, lane) => sum + lane.pending, 0);
  const settleIdle = (): void => {
    if (awaitingIdle.length === 0 || pending() > 0) return;
    for (const resolve of awaitingIdle) resolve();
    awaitingIdle = [];
  };
  const lanes = new Map(TOPICS.map((topic) => [topic, new Lane(topic, options, settleIdle)]));
  const laneOf = (topic: Topic): Lane => {
    const lane = lanes.get(topic);
    if (lane === undefined) throw new Error(`there is no topic ${topic}`);
    return lane;
  };
  return {
    async publish(messages) {
      for (const message of messages) laneOf(message.topic).add(message);
    },
    subscribe(topic, subscriber) {
      laneOf(topic).subscribe(subscriber);
    },
    deadLetters: () =>
      [...lanes.values()].flatMap(({ deadLetters }) => deadLetters).sort((a, b) => a.at - b.at),
    pending,
    onIdle: () =>
      new Promise((resolve) => {
        awaitingIdle.push(resolve);
        settleIdle();
      }),
    async close() {
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}
