import { expect, test } from '@jest/globals';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import { tellsNames } from '../../../shared/ledger/transitions/grant.ts';

const NAMES = ['p-1', 'p-2'];

test.each(['- p-1\n- p-2\n', '[p-2, p-1]', '["p-1", "p-2"]', '- p-2\n- p-1'])(
  'a list of exactly these names tells them, in any order and form: %j',
  (text) => {
    expect(tellsNames({ [LEASED_RESOURCES]: text }, NAMES)).toBe(true);
  },
);

test.each(['', 'p-1', '[p-1]', '[p-1, p-2, p-3]', '[p-1, p-1]', '{p-1: p-2}', '[p-1, p-2', '- [p-1, p-2]'])(
  'anything else does not: %j',
  (text) => {
    expect(tellsNames({ [LEASED_RESOURCES]: text }, NAMES)).toBe(false);
  },
);

test('names that look like numbers are names', () => {
  expect(tellsNames({ [LEASED_RESOURCES]: '[2, 1]' }, ['1', '2'])).toBe(true);
});

test('nothing told is right for nothing leased, and only for that', () => {
  expect(tellsNames({}, [])).toBe(true);
  expect(tellsNames({}, NAMES)).toBe(false);
  expect(tellsNames({ [LEASED_RESOURCES]: '[]' }, [])).toBe(true);
});
