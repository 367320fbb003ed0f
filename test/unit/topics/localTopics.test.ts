import { describe, expect, test } from '@jest/globals';

import type { LogEntry } from '../../../shared/runtime/log.ts';
import { readMessage } from '../../../shared/topics/message.ts';
import { openLocalTopics, type LocalTopics } from '../../../shared/topics/local/localTopics.ts';
import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';
import type { LocalTopicsOptions } from '../../../shared/topics/local/options.ts';
import type { OutgoingMessage, Topic } from '../../../shared/topics/port.ts';
import { createWorldClock, type WorldClock } from '../../support/worldClock.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { gate } from '../../support/worldScript.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const message = (data: string, topic: Topic = 'clean'): OutgoingMessage => ({ topic, data, attributes: {} });

interface Bench {
  readonly topics: LocalTopics;
  readonly clock: WorldClock;
  readonly log: readonly LogEntry[];
  readonly advance: (ms: number) => Promise<void>;
}

function open(options: Partial<LocalTopicsOptions> = {}): Bench {
  const clock = createWorldClock();
  const log: LogEntry[] = [];
  const topics = openLocalTopics({
    clock,
    random: createWorldRandom(1),
    log: (entry) => {
      log.push(entry);
    },
    concurrency: 2,
    maxDeliveries: 5,
    minBackoffMs: 100,
    maxBackoffMs: 300,
    ...options,
  });
  return { topics, clock, log, advance: (ms) => clock.advance(ms, turn) };
}

/** Subscribes; `answer` is called with the data and the count of its deliveries. */
function collect(
  { topics, clock }: Bench,
  answer: (data: string, count: number) => Promise<void> = () => Promise.resolve(),
): { data: string; at: number }[] {
  const deliveries: { data: string; at: number }[] = [];
  const start = clock.now();
  topics.subscribe('clean', (event) => {
    const { data } = readMessage(event);
    deliveries.push({ data, at: clock.now() - start });
    return answer(data, deliveries.filter((delivery) => delivery.data === data).length);
  });
  return deliveries;
}

test('an event is one by the schema of CloudEvents', () => {
  const event = pubsubEvent(
    { topic: 'clean', data: 'gke-1', attributes: { type: 'gke' } },
    { id: '1', at: 1_700_000_000_000.5 },
  );
  expect(event.validate()).toBe(true);
});

describe('local topics', () => {
  test('deliver what is done with once', async () => {
    const bench = open();
    const deliveries = collect(bench);
    await bench.topics.publish([message('a'), message('b')]);
    await bench.advance(100_000);
    expect(deliveries.map(({ data }) => data)).toEqual(['a', 'b']);
  });

  test('have as many of one topic handled at once as they are told, each topic by itself', async () => {
    const bench = open({ concurrency: 3 });
    const open3 = gate();
    const deliveries = collect(bench, () => open3.promise);
    let others = 0;
    bench.topics.subscribe('free', async () => {
      others += 1;
    });
    await bench.topics.publish(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((data) => message(data)));
    await bench.topics.publish([message('x', 'free')]);
    await turn();
    expect(deliveries).toHaveLength(3);
    expect(others).toBe(1);
    open3.resolve();
    await turn();
    expect(deliveries).toHaveLength(7);
  });

  test('repeat what was rejected after a pause that doubles, up to the longest', async () => {
    const bench = open({ maxDeliveries: 6 });
    const deliveries = collect(bench, () => Promise.reject(new Error('not now')));
    await bench.topics.publish([message('a')]);
    await bench.advance(100_000);
    expect(deliveries.map(({ at }) => at)).toEqual([0, 100, 300, 600, 900, 1200]);
  });

  test('take no slot for what waits for another delivery', async () => {
    const bench = open({ concurrency: 1 });
    const deliveries = collect(bench, (data, count) =>
      data === 'a' && count === 1 ? Promise.reject(new Error('not now')) : Promise.resolve(),
    );
    await bench.topics.publish([message('a'), message('b')]);
    await bench.advance(1_000);
    expect(deliveries).toEqual([
      { data: 'a', at: 0 },
      { data: 'b', at: 0 },
      { data: 'a', at: 100 },
    ]);
  });

  test.each<[string, () => Promise<void>, string]>([
    ['an error', () => Promise.reject(new Error('no disk')), 'no disk'],
    [
      'an error before there is a promise',
      () => {
        throw new Error('no disk');
      },
      'no disk',
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a foreign module may do
    ['what is no error', () => Promise.reject('no disk'), 'no disk'],
  ])(
    'keep as a dead letter, and tell the log, what was rejected each time: %s',
    async (_, answer, reason) => {
      const bench = open();
      const deliveries = collect(bench, answer);
      await bench.topics.publish([message('a')]);
      await bench.advance(100_000);
      expect(deliveries).toHaveLength(5);
      expect(bench.topics.deadLetters()).toEqual([
        { message: message('a'), deliveries: 5, error: reason, at: expect.any(Number) },
      ]);
      expect(bench.log).toEqual([
        {
          severity: 'ERROR',
          event: 'dead-letter',
          message: `the message "a" to clean was given up after 5 deliveries: ${reason}`,
        },
      ]);
      expect(bench.topics.pending()).toBe(0);
    },
  );

  test('keep the last 1,000 dead letters: a fault that stays does not fill the memory', async () => {
    const bench = open({ maxDeliveries: 1 });
    collect(bench, () => Promise.reject(new Error('never')));
    await bench.topics.publish(Array.from({ length: 1_200 }, (_, index) => message(`m${index}`)));
    await bench.topics.onIdle();
    const dead = bench.topics.deadLetters();
    expect(dead).toHaveLength(1_000);
    expect(dead.at(0)?.message.data).toBe('m200');
    expect(dead.at(-1)?.message.data).toBe('m1199');
  });

  test('tell the dead letters of all topics in the order in which they were given up', async () => {
    const bench = open({ maxDeliveries: 1 });
    for (const topic of ['recycle', 'clean', 'sync'] as const)
      bench.topics.subscribe(topic, () => Promise.reject(new Error('never')));
    for (const topic of ['sync', 'recycle', 'clean', 'recycle', 'sync'] as const) {
      await bench.topics.publish([{ ...message(`for ${topic}`), topic }]);
      await bench.advance(1);
    }
    expect(bench.topics.deadLetters().map(({ message: { topic } }) => topic)).toEqual([
      'sync',
      'recycle',
      'clean',
      'recycle',
      'sync',
    ]);
  });

  test('refuse a topic that there is not, rather than lose what goes there', async () => {
    const { topics } = open();
    const misled = { ...message('a'), topic: 'klean' } as unknown as OutgoingMessage;
    await expect(topics.publish([misled])).rejects.toThrow('there is no topic klean');
  });

  test('count as pending what waits, what is handled and what is to be delivered again', async () => {
    const bench = open({ concurrency: 1 });
    const { topics, advance } = bench;
    const first = gate();
    await topics.publish([message('a'), message('b')]);
    expect(topics.pending()).toBe(2);
    const deliveries = collect(bench, (data, count) => {
      if (data === 'a') return first.promise;
      return count === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
    });
    let isIdle = false;
    void topics.onIdle().then(() => {
      isIdle = true;
    });
    await turn();
    expect(topics.pending()).toBe(2);
    first.resolve();
    await turn();
    expect(deliveries).toHaveLength(2);
    expect(topics.pending()).toBe(1);
    expect(isIdle).toBe(false);
    await advance(100);
    expect(topics.pending()).toBe(0);
    expect(isIdle).toBe(true);
  });

  test('are idle at once when nothing is pending', async () => {
    await expect(open().topics.onIdle()).resolves.toBeUndefined();
  });
});

describe('closing local topics', () => {
  test('waits for what is handled, and begins nothing more', async () => {
    const bench = open({ concurrency: 1 });
    const first = gate();
    const deliveries = collect(bench, () => first.promise);
    await bench.topics.publish([message('a'), message('b')]);
    await turn();
    let isClosed = false;
    const closing = bench.topics.close().then(() => {
      isClosed = true;
    });
    await turn();
    expect(isClosed).toBe(false);
    first.resolve();
    await closing;
    await bench.topics.publish([message('c')]);
    await bench.advance(100_000);
    expect(deliveries.map(({ data }) => data)).toEqual(['a']);
  });

  test('gives up the deliveries that wait for their time, and leaves no timer', async () => {
    const bench = open();
    const deliveries = collect(bench, () => Promise.reject(new Error('not now')));
    await bench.topics.publish([message('a')]);
    await turn();
    await bench.topics.close();
    expect(bench.clock.timers()).toBe(0);
    await bench.advance(100_000);
    expect(deliveries).toHaveLength(1);
  });

  test('leaves no timer for what is rejected meanwhile', async () => {
    const bench = open();
    const first = gate();
    collect(bench, async () => {
      await first.promise;
      throw new Error('not now');
    });
    await bench.topics.publish([message('a')]);
    await turn();
    const closing = bench.topics.close();
    first.resolve();
    await closing;
    expect(bench.clock.timers()).toBe(0);
    expect(bench.topics.deadLetters()).toEqual([]);
  });

  test('may be done twice, and before anybody subscribed', async () => {
    const { topics } = open();
    await topics.publish([message('a')]);
    await topics.close();
    await expect(topics.close()).resolves.toBeUndefined();
  });
});
