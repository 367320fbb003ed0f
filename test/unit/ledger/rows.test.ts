import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Database } from '../../../shared/ledger/sqlite/database.ts';
import { putRecord, readRecord } from '../../../shared/ledger/sqlite/rows.ts';
import { recordOf } from './recordOf.ts';

/** Two connections to one file, each of which knows what it has read and written itself. */
let folder: string;
let one: Database;
let other: Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-rows-'));
  const options = { path: join(folder, 'ledger.sqlite'), now: () => 1, random: () => 0.5 };
  one = new Database(options);
  other = new Database(options);
});
afterEach(async () => {
  await one.close();
  await other.close();
  await rm(folder, { recursive: true });
});

const RECORD = recordOf({ name: 'p', type: 'project', state: 'free' });
const columnsIn = (database: Database) =>
  database.get('SELECT type, state, owner, last_update FROM resources WHERE name = ?', 'p');

test('a row that another connection has written since is written whole', () => {
  putRecord(one, RECORD);
  putRecord(other, { ...RECORD, state: 'busy', owner: 'alice', lastUpdate: 7 });
  // It knows nothing of the owner, so that is no change to it.
  putRecord(one, { ...RECORD, state: 'dirty' });
  expect(columnsIn(other)).toEqual({
    type: 'project',
    state: 'dirty',
    owner: '',
    last_update: RECORD.lastUpdate,
  });
  expect(readRecord(other, 'p')).toEqual({ ...RECORD, state: 'dirty' });
});

test('a row that another connection has removed since is made again', () => {
  putRecord(one, RECORD);
  other.run('DELETE FROM resources');
  putRecord(one, { ...RECORD, state: 'dirty' });
  expect(columnsIn(one)).toMatchObject({ type: 'project', state: 'dirty' });
});

test('of a row that it knows it writes what is new', () => {
  putRecord(one, RECORD);
  putRecord(one, { ...RECORD, owner: 'alice', state: 'busy' });
  expect(columnsIn(other)).toMatchObject({ type: 'project', state: 'busy', owner: 'alice' });
  expect(readRecord(other, 'p')).toEqual({ ...RECORD, owner: 'alice', state: 'busy' });
});
