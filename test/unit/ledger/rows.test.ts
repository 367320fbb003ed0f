import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { putTypes, readType } from '../../../shared/ledger/sqlite/configs.ts';
import { Database } from '../../../shared/ledger/sqlite/database.ts';
import { putRecord, readRecord, removeRecord } from '../../../shared/ledger/sqlite/rows.ts';
import { physical } from '../../contract/ledger/world.ts';
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

test('in its next transaction it sees what another connection has written or removed since', async () => {
  const stateIn = (database: Database) => database.transact(() => readRecord(database, 'p')?.state);
  const put = (database: Database, state: string) =>
    database.transact(() => {
      putRecord(database, { ...RECORD, state });
    });
  await put(one, 'free');
  expect(await stateIn(other)).toBe('free');
  await put(other, 'busy');
  expect(await stateIn(one)).toBe('busy');
  await put(one, 'dirty');
  expect(await stateIn(other)).toBe('dirty');
  await other.transact(() => {
    removeRecord(other, 'p');
  });
  expect(await stateIn(other)).toBeUndefined();
  expect(await stateIn(one)).toBeUndefined();
});

test.each(['file', ':memory:'])('what was undone is not known, %s', async (path) => {
  const database = path === 'file' ? one : new Database({ path, now: () => 1, random: () => 0.5 });
  await database.transact(() => {
    putRecord(database, RECORD);
  });
  const undone = database.transact(() => {
    putRecord(database, { ...RECORD, state: 'busy' });
    throw new Error('no');
  });
  await expect(undone).rejects.toThrow('no');
  expect(await database.transact(() => readRecord(database, 'p'))).toEqual(RECORD);
  if (database !== one) await database.close();
});

test('a type that another connection has changed or removed is seen so', async () => {
  const put = (database: Database, state: string) =>
    database.transact(() => {
      putTypes(database, [physical('project', 1, { state })]);
    });
  const stateIn = (database: Database) => database.transact(() => readType(database, 'project')?.state);
  await put(one, 'free');
  expect(await stateIn(one)).toBe('free');
  expect(await stateIn(other)).toBe('free');
  await put(other, 'dirty');
  expect(await stateIn(one)).toBe('dirty');
  expect(await stateIn(other)).toBe('dirty');
  await other.transact(() => {
    other.run('DELETE FROM types');
  });
  expect(await stateIn(one)).toBeUndefined();
});
