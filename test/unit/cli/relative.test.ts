import { expect, test } from '@jest/globals';

import { relative } from '../../../shared/cli/relative.ts';

const NOW = 1_000_000_000;

test.each([
  [NOW, 'now'],
  [NOW - 999, 'now'],
  [NOW - 1_000, '1 s ago'],
  [NOW - 59_999, '59 s ago'],
  [NOW - 60_000, '1 min ago'],
  [NOW - 7_200_000, '2 h ago'],
  [NOW - 3 * 86_400_000, '3 d ago'],
  [NOW + 3_400, 'in 3 s'],
  [NOW + 120_000, 'in 2 min'],
])('%i is %s', (at, text) => {
  expect(relative(at, NOW)).toBe(text);
});
