import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readMessage, type IncomingMessage } from '../../../shared/topics/message.ts';
import { TOPICS, type OutgoingMessage, type Topic, type Topics } from '../../../shared/topics/port.ts';

/**
 * Topics with their subscriptions, and a time of which the contract knows nothing: the harness of topics in a process
 * lets it pass by itself, that of a server waits for the world's.
 */
export interface TopicsHarness {
  readonly topics: Topics;
  /** Milliseconds since the epoch by the clock that stamps messages. */
  now(): number;
  /**
   * Hands every message of the topic to the handler, as the CloudEvent that a function gets of it, those among them that
   * were published before. A rejection asks for another delivery.
   */
  subscribe(topic: Topic, handler: (event: unknown) => Promise<void>): Promise<void>;
  /** Lets time pass until it is so. @throws if that takes longer than any of these tests should wait */
  until(isSo: () => boolean): Promise<void>;
  /** Deliveries after which a message is given up. */
  readonly maxDeliveries: number;
  /** The shortest time (ms) between a rejection and the next delivery. */
  readonly minBackoffMs: number;
  /** What of the topic was given up. */
  deadLetters(topic: Topic): Promise<readonly Pick<OutgoingMessage, 'data' | 'attributes'>[]>;
  /** Begins no further delivery; resolves when those under way have ended. May be called twice. */
  close(): Promise<void>;
}

interface Delivery extends IncomingMessage {
  readonly event: PubsubEvent;
  /** When it was delivered (ms since the epoch). */
  readonly at: number;
}

interface PubsubEvent {
  readonly specversion: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly data: {
    readonly subscription: string;
    readonly message: {
      readonly data: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly messageId: string;
    };
  };
}

const message = (
  topic: Topic,
  data: string,
  attributes: Readonly<Record<string, string>> = {},
): OutgoingMessage => ({
  topic,
  data,
  attributes,
});
const SYSTEM = { type: 'cluster', cycle: '3', phase: 'clean', trace: '00-4bf92f-00f067-01' };

/** What every adapter of the port has to do, however it does it. Duplicates are always allowed, and any order is. */
export function describeTopics(name: string, open: () => Promise<TopicsHarness>): void {
  describe(`topics: ${name}`, () => {
    let harness: TopicsHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    /** Subscribes and keeps what comes; `answer` says what the function does with it. */
    async function collect(
      topic: Topic,
      answer: (delivery: Delivery) => Promise<void> = () => Promise.resolve(),
    ): Promise<Delivery[]> {
      const deliveries: Delivery[] = [];
      await harness.subscribe(topic, async (event) => {
        const delivery = { ...readMessage(event), event: event as PubsubEvent, at: harness.now() };
        deliveries.push(delivery);
        await answer(delivery);
      });
      return deliveries;
    }
    const names = (deliveries: readonly Delivery[]): string[] => [
      ...new Set(deliveries.map(({ data }) => data)),
    ];

    describe('a published message', () => {
      test('reaches the function of its topic, and no other', async () => {
        const received = new Map<Topic, Delivery[]>();
        for (const topic of TOPICS) received.set(topic, await collect(topic));
        await harness.topics.publish(TOPICS.map((topic) => message(topic, `to-${topic}`)));
        await harness.until(() => [...received.values()].every((deliveries) => deliveries.length > 0));
        for (const [topic, deliveries] of received) expect(names(deliveries)).toEqual([`to-${topic}`]);
      });

      test('arrives in the form that Eventarc gives it', async () => {
        const deliveries = await collect('clean');
        await harness.topics.publish([message('clean', 'cluster-1', SYSTEM)]);
        await harness.until(() => deliveries.length > 0);
        const event = deliveries[0]?.event;
        expect(event).toMatchObject({
          specversion: '1.0',
          type: 'google.cloud.pubsub.topic.v1.messagePublished',
          data: {
            message: {
              data: Buffer.from('cluster-1').toString('base64'),
              attributes: SYSTEM,
              messageId: event?.id,
            },
          },
        });
        expect(event?.source).toMatch(/^\/\/pubsub\.googleapis\.com\/./);
        expect(event?.data.subscription).toMatch(/^projects\/[^/]+\/subscriptions\/./);
        expect(event?.id).not.toBe('');
        expect(deliveries[0]).toMatchObject({ system: { cycle: 3, phase: 'clean' }, trace: SYSTEM.trace });
      });

      test('has an id that no other has', async () => {
        const deliveries = await collect('clean');
        await harness.topics.publish([message('clean', 'a'), message('clean', 'b'), message('clean', 'c')]);
        await harness.until(() => names(deliveries).length === 3);
        expect(new Set(deliveries.map(({ id, data }) => `${id} ${data}`)).size).toBe(3);
        expect(new Set(deliveries.map(({ id }) => id)).size).toBe(3);
      });

      test('carries the time at which it was published, however late it comes', async () => {
        const before = harness.now();
        await harness.topics.publish([message('clean', 'cluster-1')]);
        const after = harness.now();
        let failures = 2;
        const deliveries = await collect('clean', () =>
          failures-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve(),
        );
        await harness.until(() => deliveries.length > 2);
        for (const { time } of deliveries) {
          // Two clocks on one machine, one of which may cut off what is below a second.
          expect(time).toBeGreaterThan(before - 2_000);
          expect(time).toBeLessThan(after + 2_000);
        }
      });

      test.each([
        ['letters of any alphabet', 'käse 漢字 💥 עברית'],
        ['quotes, braces and newlines', '{"a": "b\\n"}\r\n\t\u0001'],
        ['one character', '*'],
        ['a megabyte', 'cluster-1 '.repeat(100_000)],
      ])('brings its data whole: %s', async (_, data) => {
        const deliveries = await collect('sync');
        await harness.topics.publish([message('sync', data)]);
        await harness.until(() => deliveries.length > 0);
        expect(deliveries[0]?.data === data).toBe(true);
      });

      test('brings its attributes whole', async () => {
        const attributes = {
          empty: '',
          text: 'käse 漢字 💥 {"a": "b"}\n',
          long: 'x'.repeat(1024),
          '💥 key': '1',
        };
        const deliveries = await collect('clean');
        await harness.topics.publish([message('clean', 'cluster-1', attributes)]);
        await harness.until(() => deliveries.length > 0);
        expect(deliveries[0]?.event.data.message.attributes).toEqual(attributes);
      });

      test('is safe once the promise resolves, also while nobody listens', async () => {
        await harness.topics.publish([message('free', 'cluster-1'), message('free', 'cluster-2')]);
        const deliveries = await collect('free');
        await harness.until(() => names(deliveries).length === 2);
        expect(names(deliveries).sort()).toEqual(['cluster-1', 'cluster-2']);
      });

      test('is delivered, each of many', async () => {
        const all = Array.from({ length: 500 }, (_, index) => `cluster-${index}`);
        const deliveries = await collect('recycle');
        await harness.topics.publish(all.map((data) => message('recycle', data)));
        await harness.until(() => names(deliveries).length === all.length);
        expect(names(deliveries).sort()).toEqual([...all].sort());
      });

      test('may be followed by another that its own function publishes', async () => {
        const last = await collect('free');
        await collect('clean', ({ data }) => harness.topics.publish([message('free', data)]));
        await collect('fulfill', ({ data }) => harness.topics.publish([message('clean', data)]));
        await harness.topics.publish([message('fulfill', 'cluster-1')]);
        await harness.until(() => last.length > 0);
        expect(names(last)).toEqual(['cluster-1']);
      });
    });

    test('to publish nothing is no fault', async () => {
      await expect(harness.topics.publish([])).resolves.toBeUndefined();
    });

    describe('a message whose function rejects', () => {
      test('is delivered again, the very same, until it is done with', async () => {
        let failures = 3;
        const deliveries = await collect('clean', () =>
          failures-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve(),
        );
        await harness.topics.publish([message('clean', 'cluster-1', SYSTEM)]);
        await harness.until(() => deliveries.length > 3);
        const [first, ...others] = deliveries.map(({ event }) => event.data.message);
        for (const other of others) expect(other).toEqual(first);
        expect(new Set(deliveries.map(({ id, time }) => `${id} ${time}`)).size).toBe(1);
        expect(await harness.deadLetters('clean')).toEqual([]);
      });

      test('is delivered again not at once, but after a pause', async () => {
        let failures = 1;
        const deliveries = await collect('clean', () =>
          failures-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve(),
        );
        await harness.topics.publish([message('clean', 'cluster-1')]);
        await harness.until(() => deliveries.length > 1);
        const [first, second] = deliveries.map(({ at }) => at);
        expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(harness.minBackoffMs);
      });

      test('together with others is delivered again as if it were alone', async () => {
        const fails = new Map(Array.from({ length: 20 }, (_, index) => [`cluster-${index + 1}`, 3]));
        const done: string[] = [];
        await collect('clean', async ({ data }) => {
          const left = fails.get(data) ?? 0;
          fails.set(data, left - 1);
          if (left > 0) throw new Error('not now');
          done.push(data);
        });
        await harness.topics.publish([...fails.keys()].map((name) => message('clean', name)));
        await harness.until(() => [...fails.keys()].every((name) => done.includes(name)));
      });

      test('each time is a dead letter in the end, with its data and attributes', async () => {
        const deliveries = await collect('clean', () => Promise.reject(new Error('never')));
        await harness.topics.publish([message('clean', 'poisoned', SYSTEM)]);
        let dead: Awaited<ReturnType<TopicsHarness['deadLetters']>> = [];
        while (dead.length === 0) {
          const seen = deliveries.length;
          if (seen < harness.maxDeliveries) await harness.until(() => deliveries.length > seen);
          else await harness.until(() => true);
          dead = await harness.deadLetters('clean');
        }
        expect(deliveries.length).toBeGreaterThanOrEqual(harness.maxDeliveries);
        expect(dead).toMatchObject([{ data: 'poisoned', attributes: SYSTEM }]);
        expect(await harness.deadLetters('free')).toEqual([]);
      });

      test('holds up no other of its topic', async () => {
        const deliveries = await collect('clean', ({ data }) =>
          data === 'poisoned' ? Promise.reject(new Error('never')) : Promise.resolve(),
        );
        const good = Array.from({ length: 20 }, (_, index) => `cluster-${index}`);
        await harness.topics.publish([
          message('clean', 'poisoned'),
          ...good.map((data) => message('clean', data)),
        ]);
        await harness.until(() => names(deliveries).length === good.length + 1);
        expect(deliveries.filter(({ data }) => data === 'poisoned').length).toBeLessThan(
          harness.maxDeliveries,
        );
      });
    });

    test('a message that takes long holds up no other', async () => {
      const end = Promise.withResolvers<undefined>();
      let isDone = false;
      const deliveries = await collect('clean', async ({ data }) => {
        if (data !== 'slow') return;
        await end.promise;
        isDone = true;
      });
      const others = Array.from({ length: 20 }, (_, index) => `cluster-${index}`);
      await harness.topics.publish([message('clean', 'slow')]);
      await harness.until(() => deliveries.length > 0);
      await harness.topics.publish(others.map((data) => message('clean', data)));
      await harness.until(() => names(deliveries).length === others.length + 1);
      expect(isDone).toBe(false);
      end.resolve(undefined);
      await harness.until(() => isDone);
    });

    test('closing waits for the deliveries under way, and begins none after', async () => {
      const end = Promise.withResolvers<undefined>();
      let isDone = false;
      const deliveries = await collect('clean', async () => {
        await end.promise;
        isDone = true;
      });
      await harness.topics.publish([message('clean', 'cluster-1')]);
      await harness.until(() => deliveries.length > 0);
      const closing = harness.close().then(() => isDone);
      end.resolve(undefined);
      expect(await closing).toBe(true);
      expect(names(deliveries)).toEqual(['cluster-1']);
    });
  });
}
