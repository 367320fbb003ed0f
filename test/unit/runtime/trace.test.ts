import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { systemRandom } from '../../../shared/runtime/random.ts';
import { childOf, formatTraceparent, parseTraceparent, traceOf } from '../../../shared/runtime/trace.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const GOOD = `00-${TRACE}-00f067aa0ba902b7-01`;

describe('a traceparent', () => {
  test('is read as it was written', () => {
    expect(parseTraceparent(GOOD)).toEqual({ traceId: TRACE, spanId: '00f067aa0ba902b7', flags: '01' });
    expect(traceOf(GOOD)).toEqual({ trace: TRACE });
  });

  test.each([
    null,
    '',
    'letter-7',
    '00-4bf92f-00f067-01',
    GOOD.toUpperCase(),
    `${GOOD}-more`,
    ` ${GOOD}`,
    `${GOOD}\n`,
    GOOD.replace('00-', '01-'),
    GOOD.replace('00-', 'ff-'),
    GOOD.replace(TRACE, '0'.repeat(32)),
    GOOD.replace('00f067aa0ba902b7', '0'.repeat(16)),
    GOOD.replace('4bf', 'xyz'),
  ])('is never misread: %j is none', (text) => {
    expect(parseTraceparent(text)).toBeNull();
    expect(traceOf(text)).toEqual({});
  });

  test('is the same after writing and reading, whoever makes it', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const begun = childOf(null, createWorldRandom(seed));
        expect(parseTraceparent(formatTraceparent(begun))).toEqual(begun);
      }),
    );
  });
});

test('a child is of its parent’s trace, with a span of its own', () => {
  const parent = childOf(null, systemRandom);
  const child = childOf({ ...parent, flags: '00' }, systemRandom);
  expect(child).toEqual({ traceId: parent.traceId, spanId: expect.any(String) as unknown, flags: '00' });
  expect(child.spanId).not.toBe(parent.spanId);
});

test('without a parent a trace begins, which no other is', () => {
  const ids = Array.from({ length: 100 }, () => childOf(null, systemRandom).traceId);
  expect(new Set(ids).size).toBe(100);
});
