import { describe, expect, test } from '@jest/globals';

import { systemRandom } from '../../../shared/runtime/random.ts';

describe('the system’s chance', () => {
  test('draws numbers from 0 up to, but not 1', () => {
    const drawn = Array.from({ length: 1_000 }, () => systemRandom.number());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });

  test('makes UUIDs of version 4, as the original names dynamic resources', () => {
    const made = Array.from({ length: 1_000 }, () => systemRandom.uuid());
    expect(new Set(made).size).toBe(1_000);
    for (const uuid of made)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
