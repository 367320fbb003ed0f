import { expect } from '@jest/globals';

import type { LogEntry } from '../../shared/runtime/log.ts';
import { TOPICS, type Topic } from '../../shared/topics/port.ts';

export const WORKED = ['recycle', 'fulfill', 'clean', 'free', 'janitor'] as const;

/** User data of a resource in a user's hands. */
export const CREDENTIALS = 'hunter2-of-alice';
/** Stands in payloads and attributes, past what may be printed of one. */
export const SECRET = 'hunter2-of-the-message';
/** Characters of a payload that a line of the log may show. */
export const PRINTED = 80;

export interface Poison {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** `dropped`: acknowledged, and the log says why; `dead`: tried again, then in the dead-letter topic. */
export interface Kind {
  readonly name: string;
  readonly make: (topic: Topic) => Poison;
  readonly fate: (topic: Topic) => 'dead' | Partial<LogEntry>;
}

const bare = (data: string | Buffer) => (): Poison => ({ data: Buffer.from(data), attributes: {} });

/** One of the system's own, but for what is forged. */
const forged =
  (data: string, change: (topic: Topic) => Readonly<Record<string, string>>) =>
  (topic: Topic): Poison => {
    const attributes = { type: 'cluster', cycle: '1', phase: topic, ...change(topic) };
    return { data: Buffer.from(data), attributes };
  };

const misaddressed = (): Partial<LogEntry> => ({ severity: 'WARNING', event: 'misaddressed' });
/** A person wants to know why nothing happens: an order to recycle has words of its own. */
const orderRefused =
  (why: string, elsewhere = why) =>
  (topic: Topic): Partial<LogEntry> =>
    topic === 'recycle'
      ? {
          severity: 'WARNING',
          event: 'order-refused',
          message: expect.stringContaining(why) as unknown as string,
        }
      : {
          severity: 'WARNING',
          event: 'refused',
          message: expect.stringContaining(elsewhere) as unknown as string,
        };
const refused = (why: string) => (): Partial<LogEntry> => ({
  severity: 'DEBUG',
  event: 'refused',
  message: expect.stringContaining(why) as unknown as string,
});
const dead = () => 'dead' as const;

const long = (length: number): string => `${'x'.repeat(length - SECRET.length)}${SECRET}`;

export const KINDS: readonly Kind[] = [
  { name: 'a bad name', make: bare('NOT_A_NAME'), fate: misaddressed },
  { name: 'a name of 300 characters', make: bare(long(300)), fate: misaddressed },
  { name: '1 MB of data', make: bare(long(1_000_000)), fate: misaddressed },
  {
    name: 'bytes that are no UTF-8',
    make: bare(Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x00])),
    fate: misaddressed,
  },
  {
    name: 'JSON instead of a name',
    make: bare(JSON.stringify({ name: 'taken', padding: 'x'.repeat(PRINTED), token: SECRET })),
    fate: misaddressed,
  },
  { name: 'a name and a line break', make: bare('taken\n'), fate: misaddressed },
  { name: 'an unknown name', make: bare('nobody'), fate: orderRefused('there is no such resource') },
  {
    name: 'an unknown name with attributes of Pub/Sub alone',
    make: () => ({ data: Buffer.from('stranger'), attributes: { googclient_schemaencoding: 'JSON' } }),
    fate: orderRefused('there is no such resource'),
  },
  {
    name: 'a name of another type',
    make: bare('physical'),
    fate: orderRefused('its type is not built by this Mason', 'Mason has no work with it'),
  },
  {
    name: 'an order for what a user has',
    make: bare('taken'),
    fate: orderRefused('in the hands of a user', 'its phase or its cycle is another'),
  },
  {
    name: 'an unknown name, as if by the system',
    make: forged('phantom', () => ({})),
    fate: refused('there is no such resource'),
  },
  {
    name: 'a stale cycle',
    make: forged('whole', () => ({})),
    fate: refused('its phase or its cycle is another'),
  },
  {
    name: 'a phase of another topic',
    make: forged('spare', (topic) => ({ phase: topic === 'free' ? 'clean' : 'free' })),
    fate: misaddressed,
  },
  { name: 'no data', make: () => ({ data: Buffer.alloc(0), attributes: { note: SECRET } }), fate: dead },
  { name: 'a cycle that is no number', make: forged('spare', () => ({ cycle: SECRET })), fate: dead },
  {
    name: 'a cycle past all numbers',
    make: forged('spare', () => ({ cycle: '9999999999999999' })),
    fate: dead,
  },
  { name: 'a phase that there is not', make: forged('spare', () => ({ phase: SECRET })), fate: dead },
  {
    name: 'a cycle alone',
    make: () => ({ data: Buffer.from('spare'), attributes: { cycle: '1' } }),
    fate: dead,
  },
];

/** To every topic of a phase whatever is dropped. What is to die takes the emulator its time: each topic gets two. */
export const CASES: readonly (readonly [Topic, Kind])[] = [
  ...KINDS.filter(({ fate }) => fate !== dead).flatMap((kind) =>
    WORKED.map((topic) => [topic, kind] as const),
  ),
  ...KINDS.filter(({ fate }) => fate === dead).flatMap((kind, index) =>
    TOPICS.filter((_, place) => (place - index + TOPICS.length) % 3 === 0).map(
      (topic) => [topic, kind] as const,
    ),
  ),
];
