import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { openData } from '../../../shared/local/openData.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';

const surroundings = { clock: systemClock, random: systemRandom };
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the data folder is made for its owner alone', async () => {
  const data = join(folder, 'a', 'b');
  await openData(data, surroundings).close();
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect((await stat(join(data, 'ledger.sqlite'))).size).toBeGreaterThan(0);
});

test(':memory: makes no folder', async () => {
  await openData(':memory:', surroundings).close();
  await expect(stat(':memory:')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file in the way, and a ledger that is none, are told by their paths', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect(() => openData(file, surroundings)).toThrow(
    `${file} can not be made (--data): there is a file of that name`,
  );
  await writeFile(
    join(folder, 'ledger.sqlite'),
    'this is no database, but it is long enough to look like one',
  );
  expect(() => openData(folder, surroundings)).toThrow(
    `${join(folder, 'ledger.sqlite')}: this is no ledger, or a damaged one`,
  );
});
