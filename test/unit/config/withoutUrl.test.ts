import { describe, expect, test } from '@jest/globals';

import { withoutUrl } from '../../../shared/config/withoutUrl.ts';

describe('Why a request failed is told without its URL', () => {
  test.each([
    ['request to https://a.example/b?token=sesame failed, reason: socket hang up', 'socket hang up'],
    [
      'Invalid response body while trying to fetch https://a.example/?t=sesame: Premature close',
      'Premature close',
    ],
    ['network timeout at: https://a.example/b?token=sesame', 'network timeout at: its URL'],
    ['getaddrinfo ENOTFOUND a.example', 'getaddrinfo ENOTFOUND a.example'],
  ])('%s', (message, told) => {
    expect(withoutUrl(message)).toBe(told);
  });
});
