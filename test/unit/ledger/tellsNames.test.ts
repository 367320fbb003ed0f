import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import { nameList, tellsNames } from '../../../shared/ledger/transitions/grant.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';

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

test('names are told as the library for YAML writes them', () => {
  const random = createWorldRandom(1);
  const name = (length: number): string =>
    Array.from({ length }, () => 'aefnotxy019--_.:'.charAt(Math.floor(random.number() * 16))).join('');
  const known = [
    '1e-5',
    '0x-1',
    '2026-11-29',
    'no',
    'on',
    'null',
    '-',
    '--',
    '---',
    'a-',
    '-a',
    '1-1',
    '0o-7',
    '',
  ];
  const names = [
    ...known,
    ...Array.from({ length: 5_000 }, (_, at) => name(1 + (at % 12))),
    random.uuid(),
    'a-'.repeat(99) + 'z',
  ];
  for (const each of names) expect(nameList([each, 'gke-1'])).toBe(stringify([each, 'gke-1']));
  expect(nameList([])).toBe(stringify([]));
});
