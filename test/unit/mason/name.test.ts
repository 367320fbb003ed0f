import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isName } from '../../../shared/mason/name.ts';

describe('a resource’s name', () => {
  test.each([
    'a',
    '0',
    'cluster-1',
    'a.b',
    '1.2.3',
    'a--b',
    'x'.repeat(253),
    '6f1c2f7a-95f3-4a0c-9a3e-7d1f0c1b2a3d',
  ])('may be %s', (name) => {
    expect(isName(name)).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['upper case', 'Cluster'],
    ['a hyphen first', '-a'],
    ['a hyphen last', 'a-'],
    ['a dot first', '.a'],
    ['a dot last', 'a.'],
    ['two dots', 'a..b'],
    ['a hyphen before a dot', 'a-.b'],
    ['a hyphen after a dot', 'a.-b'],
    ['an underscore', 'a_b'],
    ['a slash', 'a/b'],
    ['a space', 'a b'],
    ['a newline at its end', 'a\n'],
    ['letters beyond ASCII', 'ä'],
    ['more than 253 characters', 'x'.repeat(254)],
    ['the Scheduler’s asterisk', '*'],
  ])('has not %s', (_, name) => {
    expect(isName(name)).toBe(false);
  });

  test('is judged at once, however it is made up', () => {
    const parts = fc.array(fc.constantFrom('a', '-', '.', '0', 'A', '\n'), { maxLength: 300 });
    fc.assert(
      fc.property(parts, (chars) => {
        const name = chars.join('');
        const labels = name.split('.');
        const isValid =
          name.length <= 253 &&
          labels.every((label) => /^[-a-z0-9]+$/.test(label) && !/^-|-$|\n/.test(label));
        expect(isName(name)).toBe(isValid);
      }),
      { numRuns: 500 },
    );
    expect(isName(`${'a'.repeat(1_000_000)}!`)).toBe(false);
  });
});
