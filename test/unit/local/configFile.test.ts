import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { openConfigFile } from '../../../shared/local/configFile.ts';

const known = { masonables: new Map(), cleaners: new Map() };
const GOOD = 'resources: [{type: a, names: [a-1]}]\n';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

function open() {
  const said: string[] = [];
  const file = join(folder, 'mason.yaml');
  const source = openConfigFile(file, { known, log: ({ event }) => said.push(event) });
  return { file, source, said };
}

test('the text is read anew each time, its faults are kept in sight, and its mending is told', async () => {
  const { file, source, said } = open();
  await writeFile(file, GOOD);
  expect(await source.read()).toEqual({ file, text: GOOD });
  expect(source.state()).toEqual({ file, faults: [] });

  await writeFile(file, 'resources: [{type: a}]\n');
  await source.read();
  expect(source.state().faults).toEqual([expect.stringContaining(`${file}:1:13: error: `)]);

  await writeFile(file, GOOD);
  await source.read();
  expect(source.state().faults).toEqual([]);
  expect(said).toEqual(['config-mended']);
});

test('a file that vanished is a fault, until it is there again', async () => {
  const { file, source, said } = open();
  await expect(source.read()).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  expect(source.state().faults).toEqual([`the config ${file} can not be read: there is no such file`]);
  await writeFile(file, GOOD);
  await source.read();
  expect(source.state().faults).toEqual([]);
  expect(said).toEqual(['config-mended']);
});

test('warnings are no reason to refuse it', async () => {
  const { file, source } = open();
  await writeFile(file, 'resources: [{type: a, names: [a-1], colour: blue}]\n');
  await source.read();
  expect(source.state().faults).toEqual([]);
});
