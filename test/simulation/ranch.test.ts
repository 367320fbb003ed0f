import { expect, test } from '@jest/globals';

import { z } from 'zod';

import { readConfig } from '../../shared/config/readConfig.ts';
import { liveSeeds } from './liveSeeds.ts';
import { simulate } from './simulate.ts';
import { WORLDS } from './world/configs.ts';
import { HTTP_WORLDS } from './world/httpConfigs.ts';

test.each([1, 51, 101])(
  'on its own ledger: all holds and all comes right, 50 seeds from %i',
  async (first) => {
    await expect(liveSeeds('ranch', { first, count: 50 })).resolves.toBeUndefined();
  },
);

test('the same seed is the same life, to the last line of its trace', async () => {
  const options = { seed: 4, boskos: 'ranch', steps: 80, traces: true } as const;
  const [once, again] = [await simulate(options), await simulate(options)];
  expect(once.lines.length).toBeGreaterThan(200);
  expect(again.lines).toEqual(once.lines);
});

test('no config of a world has a fault: one would never come into force', () => {
  const schemas = new Map([['Simulated', z.looseObject({})]]);
  const texts = [...WORLDS.flat(), ...HTTP_WORLDS.flatMap(({ texts: own }) => own)];
  const faults = texts.flatMap(
    (text) => readConfig({ file: 'world', text }, { masonables: schemas, cleaners: schemas }).faults,
  );
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
});
