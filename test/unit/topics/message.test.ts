import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MasonError } from '../../../shared/errors.ts';
import { TASKS } from '../../../shared/ledger/records.ts';
import { EVERYTHING, messageOf, readMessage } from '../../../shared/topics/message.ts';
import { pubsubEvent } from '../../../shared/topics/local/pubsubEvent.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const GOOD = { data: base64('cluster-1'), messageId: '1', publishTime: '2026-01-01T00:00:00Z' };
const SYSTEM = { type: 'cluster', cycle: '3', phase: 'clean' };

const eventOf = (message: unknown, change: Readonly<Record<string, unknown>> = {}): unknown => ({
  specversion: '1.0',
  id: 'event-1',
  time: '2026-01-01T00:00:00.250Z',
  source: '//pubsub.googleapis.com/projects/p/topics/mason-recycle',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
  data: { message, subscription: 'projects/p/subscriptions/s' },
  ...change,
});

/** The message of the error that reading the event throws. */
function refusalOf(event: unknown): string {
  try {
    readMessage(event);
  } catch (error) {
    if (error instanceof MasonError && error.code === 'MESSAGE_INVALID') return error.message;
    throw error;
  }
  throw new Error('it was read');
}

describe('a message without our attributes', () => {
  test('is a bare name, with the time of its publication', () => {
    expect(readMessage(eventOf(GOOD))).toEqual({
      id: 'event-1',
      time: Date.UTC(2026, 0, 1, 0, 0, 0, 250),
      data: 'cluster-1',
      system: null,
      trace: null,
    });
  });

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['those of its publisher', { ticket: 'OPS-7' }],
    ['a library’s', { googclient_OpenTelemetrySpanContext: '00-4bf92f-00f067-01' }],
    ['ones that are only written like ours', { Cycle: '3', PHASE: 'clean', ' type': 'x', '': '' }],
    ['ones that every object inherits', { toString: 'x', constructor: 'x' }],
  ])('is a bare name whatever others it has: %s', (_, attributes) => {
    expect(readMessage(eventOf({ ...GOOD, attributes }))).toMatchObject({ data: 'cluster-1', system: null });
  });

  test('may have any text as its data', () => {
    for (const data of ['*', 'ä 💥 漢字', ' ', 'a\nb', '{"a":1}', 'x'.repeat(1_000_000)])
      expect(readMessage(eventOf({ ...GOOD, data: base64(data) })).data).toBe(data);
  });

  test('of bytes that are no text is read as what can be nobody’s name', () => {
    const data = Buffer.from([0xff, 0xfe, 0x61]).toString('base64');
    expect(readMessage(eventOf({ ...GOOD, data })).data).toBe('\ufffd\ufffda');
  });

  test('has its time with whatever precision and zone it is written', () => {
    const timeOf = (time: string): number => readMessage(eventOf(GOOD, { time })).time;
    expect(timeOf('2026-01-01T00:00:00.123456789Z')).toBe(Date.UTC(2026, 0, 1, 0, 0, 0, 123));
    expect(timeOf('2026-01-01T02:00:00+02:00')).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('a message with our attributes', () => {
  test('is the system’s, with cycle and phase', () => {
    expect(readMessage(eventOf({ ...GOOD, attributes: SYSTEM }))).toMatchObject({
      data: 'cluster-1',
      system: { cycle: 3, phase: 'clean' },
      trace: null,
    });
  });

  test('carries the trace', () => {
    const attributes = { ...SYSTEM, trace: '00-4bf92f-00f067-01' };
    expect(readMessage(eventOf({ ...GOOD, attributes })).trace).toBe('00-4bf92f-00f067-01');
  });

  test('may have others beside them', () => {
    const attributes = { ...SYSTEM, ticket: 'OPS-7' };
    expect(readMessage(eventOf({ ...GOOD, attributes })).system).toEqual({ cycle: 3, phase: 'clean' });
  });

  test.each<[string, Record<string, string>]>([
    ['no phase', { type: 'cluster', cycle: '3' }],
    ['no cycle', { type: 'cluster', phase: 'clean' }],
    ['no type', { cycle: '3', phase: 'clean' }],
    ['only a type', { type: 'cluster' }],
    ['only a cycle', { cycle: '3' }],
    ['only a phase', { phase: 'recycle' }],
    ['only a trace', { trace: '00-4bf92f-00f067-01' }],
    ['a phase that there is not', { ...SYSTEM, phase: 'destroy' }],
    ['a phase in capitals', { ...SYSTEM, phase: 'CLEAN' }],
    ['an empty phase', { ...SYSTEM, phase: '' }],
    ['an empty cycle', { ...SYSTEM, cycle: '' }],
    ['a blank cycle', { ...SYSTEM, cycle: ' ' }],
    ['a cycle with a blank', { ...SYSTEM, cycle: '3 ' }],
    ['a cycle in words', { ...SYSTEM, cycle: 'three' }],
    ['a broken cycle', { ...SYSTEM, cycle: '3.5' }],
    ['a cycle below 0', { ...SYSTEM, cycle: '-3' }],
    ['a cycle with an exponent', { ...SYSTEM, cycle: '3e1' }],
    ['a hexadecimal cycle', { ...SYSTEM, cycle: '0x3' }],
    ['a cycle beyond all counting', { ...SYSTEM, cycle: '9'.repeat(16) }],
  ])('that are not whole and good is refused, since it could pass for an order: %s', (_, attributes) => {
    expect(refusalOf(eventOf({ ...GOOD, attributes }))).toMatch(
      /^neither a bare name nor one of the system's messages: .*Publish a resource's name without the attributes type, cycle, phase, trace\.$/s,
    );
  });
});

describe('what is no event of a message with data', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /expected object, received undefined/],
    ['null', null, /expected object, received null/],
    ['a text', 'cluster-1', /expected object, received string/],
    ['an empty object', {}, /→ at data/],
    [
      'data that is empty, as a message of attributes alone arrives',
      eventOf(GOOD, { data: {} }),
      /→ at data\.message/,
    ],
    ['data that is null', eventOf(GOOD, { data: null }), /→ at data/],
    ['a message of nothing', eventOf(null), /→ at data\.message/],
    ['a message without data', eventOf({ attributes: SYSTEM, messageId: '1' }), /→ at data\.message\.data/],
    ['empty data', eventOf({ ...GOOD, data: '' }), /→ at data\.message\.data/],
    ['data that is no text', eventOf({ ...GOOD, data: 7 }), /→ at data\.message\.data/],
    [
      'data that is not base64',
      eventOf({ ...GOOD, data: 'cluster-1' }),
      /Invalid base64.*→ at data\.message\.data/s,
    ],
    ['data in base64 for URLs', eventOf({ ...GOOD, data: '_-8=' }), /→ at data\.message\.data/],
    ['attributes that are a list', eventOf({ ...GOOD, attributes: ['a'] }), /→ at data\.message\.attributes/],
    [
      'an attribute that is no text',
      eventOf({ ...GOOD, attributes: { cycle: 3 } }),
      /→ at data\.message\.attributes/,
    ],
    ['no id', eventOf(GOOD, { id: undefined }), /→ at id/],
    ['no time', eventOf(GOOD, { time: undefined }), /→ at time/],
    ['a time that is null, which is no moment in 1970', eventOf(GOOD, { time: null }), /→ at time/],
    ['a time that is a number', eventOf(GOOD, { time: 1 }), /→ at time/],
    ['a time that is none', eventOf(GOOD, { time: 'yesterday' }), /→ at time/],
    ['a date that there is not', eventOf(GOOD, { time: '2026-02-30T00:00:00Z' }), /→ at time/],
    ['a time without its zone', eventOf(GOOD, { time: '2026-01-01T00:00:00' }), /→ at time/],
  ])('is refused, and the error says where and what to do: %s', (_, event, where) => {
    expect(refusalOf(event)).toMatch(/^not an event of a Pub\/Sub message with data: /);
    expect(refusalOf(event)).toMatch(where);
    expect(refusalOf(event)).toMatch(/ Publish a resource's name as data\.$/);
  });

  test('is told without what was in it: it may be long, or secret', () => {
    const secret = '!'.repeat(100_000);
    expect(refusalOf(eventOf({ ...GOOD, data: secret })).length).toBeLessThan(300);
    expect(refusalOf(eventOf({ ...GOOD, attributes: { cycle: secret } })).length).toBeLessThan(500);
  });

  test('is refused, never misread, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (event) => {
        expect(() => readMessage(event)).toThrow(MasonError);
      }),
    );
  });
});

describe('a wake-up', () => {
  const wake = fc.record({
    task: fc.constantFrom(...TASKS),
    type: fc.string({ unit: 'binary' }),
    name: fc.string({ unit: 'binary', minLength: 1 }),
    cycle: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  });

  test('goes to the topic of its task, with the name alone as data', () => {
    expect(messageOf({ task: 'free', type: 'cluster', name: 'cluster-1', cycle: 4 }, null)).toEqual({
      topic: 'free',
      data: 'cluster-1',
      attributes: { type: 'cluster', cycle: '4', phase: 'free' },
    });
  });

  test('arrives as it was sent', () => {
    fc.assert(
      fc.property(wake, fc.option(fc.string()), fc.integer({ min: 0, max: 4e12 }), (sent, trace, at) => {
        const event = pubsubEvent(messageOf(sent, trace), { id: 'event-1', at });
        expect(readMessage(event)).toEqual({
          id: 'event-1',
          time: at,
          data: sent.name,
          system: { cycle: sent.cycle, phase: sent.task },
          trace,
        });
        expect(readMessage(JSON.parse(JSON.stringify(event)))).toEqual(readMessage(event));
      }),
    );
  });
});

test('the Scheduler’s data can be nobody’s name', () => {
  expect(EVERYTHING).toBe('*');
});
