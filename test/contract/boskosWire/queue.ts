import { expect } from '@jest/globals';

import { call } from './call.ts';
import {
  ACQUIRE,
  EMPTY,
  NONE,
  refused,
  REQUEST_TTL_MS,
  shown,
  sniffed,
  type InWire,
  type Step,
} from './wire.ts';

/** request_id: the FIFO queue, in the cases of boskos-wire.md. */
export function describeQueue(it: InWire): void {
  it('request_id: who asked first is served first', async ({ walk }) => {
    await walk(
      ...ALL_HELD,
      waits('A', [1, 1]),
      waits('B', [2, 2]),
      ...freed(0),
      waits('B', [2, 2]),
      waits('', [3, 3]),
      gets('A', 0),
      waits('B', [1, 1]),
      ...freed(1),
      gets('B', 1),
    );
  });

  it('request_id: the second in line gets the second of two', async (wire) => {
    await wire.walk(...ALL_HELD, waits('A', [1, 1]), waits('B', [2, 2]), ...freed(3));
    wire.advance(1_000);
    await wire.walk(...freed(2), gets('B', 2), waits('', [2, 2]), gets('A', 3));
  });

  it('request_id: the owner and dest play no part, another state is another line', async ({ walk }) => {
    const other = 'POST /acquire?type=project&state=free&dest=leased&owner=bob&request_id=B';
    await walk(
      ...ALL_HELD,
      waits('A', [1, 1]),
      [other, refused(404, NONE, { 'mason-queue-position': '2' })],
      [other.replace('state=free', 'state=dirty'), refused(404, NONE, { 'mason-queue-position': '1' })],
    );
  });

  it('request_id: who does not ask for longer than its time to live is passed over', async (wire) => {
    await wire.walk(...ALL_HELD, waits('C', [1, 1]));
    wire.advance(REQUEST_TTL_MS);
    await wire.walk(...freed(2), gets('', 2));
  });

  it('request_id: who comes back late keeps its old place', async (wire) => {
    await wire.walk(...ALL_HELD, waits('D', [1, 1]), waits('E', [2, 2]));
    wire.advance(REQUEST_TTL_MS);
    await wire.walk(waits('E', [1, 1]), waits('D', [1, 2]), ...freed(3), waits('E', [2, 2]), gets('D', 3));
  });

  it('request_id: a repeat, its reply lost, gets the same until it is touched', async ({ walk }) => {
    await walk(
      gets('A', 0),
      gets('A', 0),
      ['POST /update?name=conf-project-0&state=busy&owner=alice', { body: '{"k":"v"}' }, EMPTY],
      gets('A', 1),
    );
  });

  it('request_id: many who ask at once get one each', async ({ base }) => {
    const asked = Array.from({ length: 8 }, (_, n) => call(base, `POST ${ACQUIRE}&request_id=${n}`));
    const answers = await Promise.all(asked);
    const names = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => (JSON.parse(body) as { name: string }).name);
    expect(new Set(names).size).toBe(names.length);
    expect(answers.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
  });
}

const line = (id: string): string => `POST ${ACQUIRE}${id === '' ? '' : `&request_id=${id}`}`;

const ALL_HELD: readonly Step[] = [0, 1, 2, 3, 4].map((n) => [
  line(''),
  sniffed(shown({ name: `conf-project-${n}` })),
]);

const freed = (n: number): Step[] => [[`POST /release?name=conf-project-${n}&dest=free&owner=alice`, EMPTY]];

const gets = (id: string, n: number): Step => [line(id), sniffed(shown({ name: `conf-project-${n}` }))];

const waits = (id: string, [position, length]: readonly [number, number]): Step => [
  line(id),
  refused(404, NONE, {
    'mason-queue-position': String(position),
    'mason-queue-length': String(length),
  }),
];
