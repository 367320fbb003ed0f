import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { readDescription } from '../../../shared/cloud/description.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { TOPICS } from '../../../shared/topics/port.ts';

interface TopicsFile {
  readonly names: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly topics: Readonly<Record<string, object>>;
}

/** What infra/topics.json holds. */
const held = JSON.parse(
  readFileSync(new URL('../../../infra/topics.json', import.meta.url), 'utf8'),
) as TopicsFile;
const withTopics = (topics: object): TopicsFile => ({ ...held, topics: { ...held.topics, ...topics } });
const withDefaults = (defaults: object): TopicsFile => ({
  ...held,
  defaults: { ...held.defaults, ...defaults },
});

describe('the description of the topics', () => {
  test('holds every topic, and no other', () => {
    expect(Object.keys(held.topics).sort()).toEqual([...TOPICS].sort());
    expect(Object.keys(readDescription().topics).sort()).toEqual([...TOPICS].sort());
  });

  test.each(TOPICS)('names %s as people publish to it', (topic) => {
    expect(readDescription().topics[topic]).toMatchObject({
      topic: `mason-${topic}`,
      subscription: `mason-${topic}`,
      deadLetterTopic: `mason-${topic}-dead`,
      deadLetterSubscription: `mason-${topic}-dead`,
    });
  });

  test('leaves a push the longest time that there is, a look at dead letters the shortest, and lets no subscription expire', () => {
    for (const described of Object.values(readDescription().topics)) {
      expect(described).toMatchObject({
        ackDeadlineSeconds: 600,
        deadLetterAckDeadlineSeconds: 10,
        minBackoffSeconds: 10,
        maxBackoffSeconds: 600,
        expires: false,
      });
    }
  });

  test('lets a topic differ in what it says itself', () => {
    const { clean, free } = readDescription(withTopics({ clean: { maxDeliveryAttempts: 7 } })).topics;
    expect(clean).toEqual({ ...readDescription().topics.clean, maxDeliveryAttempts: 7 });
    expect(free).toEqual(readDescription().topics.free);
  });

  test('wakes sync and janitor every minute, with data that names no resource', () => {
    const everyMinute = { cron: '* * * * *', data: EVERYTHING };
    expect(readDescription().schedules).toEqual({ sync: everyMinute, janitor: everyMinute });
  });

  test.each([
    ['a topic that is none', withTopics({ polish: {} }), 'polish'],
    ['a topic left out', withTopics({ clean: undefined }), 'clean'],
    ['a topic with a word that is none', withTopics({ clean: { attempts: 5 } }), 'attempts'],
    [
      'a longer ack deadline than Pub/Sub has',
      withDefaults({ ackDeadlineSeconds: 601 }),
      'ackDeadlineSeconds',
    ],
    [
      'a shorter ack deadline than Pub/Sub has',
      withDefaults({ deadLetterAckDeadlineSeconds: 9 }),
      'deadLetterAckDeadlineSeconds',
    ],
    ['fewer deliveries than Pub/Sub makes', withDefaults({ maxDeliveryAttempts: 4 }), 'maxDeliveryAttempts'],
    ['subscriptions that expire', withDefaults({ expires: true }), 'expires'],
    ['one name for all topics', { ...held, names: { ...held.names, topic: 'mason' } }, 'names.topic'],
    ['nothing', null, 'expected object'],
  ])('is refused with %s', (_, file, told) => {
    expect(() => readDescription(file)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(told) }),
    );
  });
});
