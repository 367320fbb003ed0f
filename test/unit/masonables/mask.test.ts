import { describe, expect, test } from '@jest/globals';

import { mask } from '../../../shared/masonables/mask.ts';

describe('masking of user data', () => {
  test.each([
    ['every occurrence', 'token s3cr3t-a, s3cr3t-a', ['s3cr3t-a'], 'token ***, ***'],
    ['the longer of two values that overlap', 'see password-12', ['password', 'password-12'], 'see ***'],
    ['each line of a long value', 'line: BEGIN KEY\nother', ['BEGIN KEY\n  c2VjcmV0\n'], 'line: ***\nother'],
    ['a value as JSON writes it', 'got {"k":"first\\n2nd"}', ['first\n2nd'], 'got {"k":"***"}'],
    ['nothing that is short', 'port 8080 is true', ['8080', 'true', ''], 'port 8080 is true'],
  ])('covers %s', (_, text, values, masked) => {
    expect(mask(text, values, false)).toBe(masked);
  });

  test('covers the rest of a value in which the text was cut', () => {
    expect(mask('3cr3t-value is bad', ['my-s3cr3t-value'], true)).toBe('*** is bad');
    expect(mask('3cr3t-value is bad', ['my-s3cr3t-value'], false)).toBe('3cr3t-value is bad');
    expect(mask('value is bad', ['my-s3cr3t-value'], true)).toBe('value is bad');
  });
});
