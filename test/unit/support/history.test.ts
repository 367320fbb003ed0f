import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { openHistory, type Operation } from '../../support/history.ts';
import { faultsOf } from '../../support/historyCheck.ts';

type Line = readonly [
  process: string,
  op: 'acquire' | 'release',
  outcome: string,
  start: number,
  end: number,
];

const historyOf = (...lines: readonly Line[]): Operation[] =>
  lines.map(
    ([process, op, outcome, start, end]) =>
      ({ process, op, outcome, start, end, resource: 'p' }) as Operation,
  );

const GOOD: readonly (readonly [string, readonly Line[]])[] = [
  ['nothing', []],
  [
    'one after the other',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'ok', 3, 4],
      ['b', 'acquire', 'ok', 5, 6],
    ],
  ],
  [
    'the next has it before the answer to the release is there',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'ok', 3, 6],
      ['b', 'acquire', 'ok', 4, 5],
    ],
  ],
  [
    'a release whose reply was lost did happen: repeated, it is refused',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'unknown', 3, 4],
      ['a', 'release', 'refused', 5, 6],
      ['b', 'acquire', 'ok', 7, 8],
    ],
  ],
  [
    'a release whose reply was lost did not happen',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'unknown', 3, 4],
      ['a', 'release', 'ok', 5, 6],
    ],
  ],
  [
    'a release whose reply was lost happens late',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'unknown', 3, 4],
      ['a', 'release', 'refused', 9, 10],
      ['b', 'acquire', 'ok', 5, 8],
    ],
  ],
  [
    'an acquire whose reply was lost did happen',
    [
      ['a', 'acquire', 'unknown', 1, 2],
      ['a', 'release', 'ok', 3, 4],
      ['b', 'acquire', 'ok', 5, 6],
    ],
  ],
];

test.each(GOOD)('accepts: %s', (_, lines) => {
  expect(faultsOf(historyOf(...lines))).toEqual([]);
});

const BAD: readonly (readonly [string, readonly Line[]])[] = [
  [
    'two have it at once',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['b', 'acquire', 'ok', 3, 4],
    ],
  ],
  [
    'two have it at once, and overlap',
    [
      ['a', 'acquire', 'ok', 1, 3],
      ['b', 'acquire', 'ok', 2, 4],
      ['a', 'release', 'ok', 5, 6],
      ['b', 'release', 'ok', 7, 8],
    ],
  ],
  [
    'it is given on before the release began',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['b', 'acquire', 'ok', 3, 4],
      ['a', 'release', 'ok', 5, 6],
    ],
  ],
  [
    'a release by one who does not have it',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['b', 'release', 'ok', 3, 4],
    ],
  ],
  ['a release of what nobody has', [['a', 'release', 'ok', 1, 2]]],
  [
    'it is released twice',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'ok', 3, 4],
      ['a', 'release', 'ok', 5, 6],
    ],
  ],
  [
    'the owner is refused',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'refused', 3, 4],
    ],
  ],
  [
    'a lost reply explains one release, not two',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['a', 'release', 'unknown', 3, 4],
      ['b', 'acquire', 'ok', 5, 6],
      ['c', 'acquire', 'ok', 7, 8],
    ],
  ],
  [
    'a lost release can not have happened before it began',
    [
      ['a', 'acquire', 'ok', 1, 2],
      ['b', 'acquire', 'ok', 3, 4],
      ['a', 'release', 'unknown', 5, 6],
    ],
  ],
];

test.each(BAD)('rejects: %s', (_, lines) => {
  expect(faultsOf(historyOf(...lines))).toHaveLength(1);
});

test('says which resource, who has it, and what does not fit', () => {
  const history = openHistory();
  history.acquired(history.begin('a'), 'p');
  history.acquired(history.begin('b'), 'q');
  history.acquired(history.begin('c'), 'q');
  history.released(history.begin('a'), 'p', 'ok');
  expect(faultsOf(history.operations)).toEqual(['q: held by b, acquire by c (5 to 6) was answered ok']);
});

interface Step {
  readonly process: string;
  readonly resource: string;
  /** Whether the call happens, and whether its reply comes. */
  readonly happens: boolean;
  readonly isAnswered: boolean;
  /** By how much the call is stretched round its moment; the next one's is 10 later. */
  readonly before: number;
  readonly after: number;
}

/** What a lock does, step by step: whoever finds it free takes it, else he tries to release it. */
function executed(steps: readonly Step[]): Operation[] {
  const holders = new Map<string, string>();
  return steps.flatMap(({ process, resource, happens, isAnswered, before, after }, index): Operation[] => {
    const call = { process, resource, start: 10 * index - before, end: 10 * index + after };
    const holder = holders.get(resource);
    if (!happens && isAnswered) return [];
    if (happens && holder === undefined) holders.set(resource, process);
    if (happens && holder === process) holders.delete(resource);
    if (holder === undefined) return [{ ...call, op: 'acquire', outcome: isAnswered ? 'ok' : 'unknown' }];
    const answer = holder === process ? 'ok' : 'refused';
    return [{ ...call, op: 'release', outcome: isAnswered ? answer : 'unknown' }];
  });
}

const stepsOf = (how: { readonly stretch: number; readonly mayBeLost: boolean }) =>
  fc.array(
    fc.record({
      process: fc.constantFrom('a', 'b', 'c', 'd'),
      resource: fc.constantFrom('p', 'q'),
      happens: fc.boolean().map((drawn) => drawn || !how.mayBeLost),
      isAnswered: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0 || !how.mayBeLost),
      before: fc.integer({ min: 0, max: how.stretch }),
      after: fc.integer({ min: 0, max: how.stretch }),
    }),
    { maxLength: 120 },
  );

test('accepts whatever a lock has done, however the calls overlap and whatever replies are lost', () => {
  fc.assert(
    fc.property(stepsOf({ stretch: 25, mayBeLost: true }), (steps) => {
      expect(faultsOf(executed(steps))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('rejects the same once somebody else is said to have got one that was held', () => {
  fc.assert(
    fc.property(stepsOf({ stretch: 4, mayBeLost: false }), fc.nat(), (steps, drawn) => {
      const operations = executed(steps);
      const taken = operations.filter(({ op }) => op === 'acquire');
      const one = taken[drawn % taken.length];
      fc.pre(one !== undefined);
      const thief: Operation = { ...one, process: 'thief', start: one.end + 0.5, end: one.end + 1 };
      expect(faultsOf([...operations, thief])).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});
