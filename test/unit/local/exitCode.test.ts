import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { MasonError } from '../../../shared/errors.ts';
import { exitCodeOf } from '../../../shared/local/exitCode.ts';

let told = '';
beforeEach(() => {
  told = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('how a program ends', () => {
  test('with what is wrong, line by line, and nothing in it that a terminal obeys', async () => {
    const error = new MasonError('CONFIG_INVALID', 'two faults:\na\u001b[2J.yaml:1\nb\u0007.yaml:2');
    expect(await exitCodeOf(() => Promise.reject(error))).toBe(78);
    expect(told).toBe('mason: two faults:\na.yaml:1\nb .yaml:2\n');
  });

  test('with the stack of what is a fault in Mason', async () => {
    const fault = Object.assign(new Error(), { stack: 'Error: \u001b[31mred\n    at a.ts:1:1' });
    expect(await exitCodeOf(() => Promise.reject(fault))).toBe(70);
    expect(told).toBe('mason: a fault in Mason itself: Error: red\n    at a.ts:1:1\n');
  });
});
