import { describe, expect, test } from '@jest/globals';

import { readEntry } from '../../../shared/client/userData.ts';
import { leasedNames } from '../../../shared/ledger/records/leasedNames.ts';

describe('An entry of user data', () => {
  const read = (value: unknown): unknown => value;

  test.each([
    ['JSON', '{"a": [1]}', { a: [1] }],
    ['YAML', 'a:\n- 1\n', { a: [1] }],
    ['a text', 'hello', 'hello'],
  ])('that is %s', (_, text, value) => {
    expect(readEntry({ key: text }, 'key', read)).toEqual(value);
  });

  test('that is not there: which there are', () => {
    expect(() => readEntry({ url: 'x', pid: '1' }, 'kubeconfig', read)).toThrow(
      'the user data has no "kubeconfig"; its keys: url, pid',
    );
  });

  test('that is no YAML: what it is instead is not told', () => {
    expect(() => readEntry({ key: '- {hunter2' }, 'key', read)).toThrow(
      /^what the user data has as "key" is no YAML$/,
    );
  });
});

describe('leasedResources', () => {
  test.each([
    ['nothing', undefined, []],
    ['an empty text', ' \n', []],
    ['a list', '- a\n- b\n', ['a', 'b']],
    ['a list in one line', '[a, "b"]', ['a', 'b']],
    ['names that look like numbers, or nothing', '- 1e3\n- null\n- true\n', ['1e3', 'null', 'true']],
    ['the same name twice', '- a\n- a\n', ['a']],
    ['a map', 'a: b', null],
    ['a list of lists', '- [a]', null],
    ['an empty name', "- ''", null],
    ['no YAML', '- {', null],
  ])('%s', (_, text, names) => {
    expect(leasedNames(text === undefined ? {} : { leasedResources: text })).toEqual(names);
  });
});
