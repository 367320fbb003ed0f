import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { MasonError } from '../../../shared/errors.ts';
import { Database } from '../../../shared/ledger/sqlite/database.ts';
import { SCHEMA } from '../../../shared/ledger/sqlite/schema.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { physical } from '../../contract/ledger/world.ts';

let folder = '';
let count = 0;
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  count += 1;
  path = join(folder, `ledger-${count}.sqlite`);
});

const optionsOf = (file: string) => ({ path: file, now: () => 1_000, random: () => 0.5, busyTimeoutMs: 20 });
const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return 'none';
  } catch (error) {
    return error instanceof MasonError ? error.code : String(error);
  }
};

describe('a ledger in a SQLite file', () => {
  test('that a newer release wrote is refused, with the way out', () => {
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => openSqliteLedger(optionsOf(path))).toThrow(/schema version 99.*newer release/);
  });

  test('that was written before the first release is refused, with the way out, and untouched', async () => {
    await openSqliteLedger(optionsOf(path)).close();
    const older = new DatabaseSync(path);
    older.exec('DROP INDEX resources_loan_due; ALTER TABLE resources DROP COLUMN loan_due');
    expect(() => openSqliteLedger(optionsOf(path))).toThrow(/before the first release.*loan_due.*another/);
    expect(await codeOf(async () => openSqliteLedger(optionsOf(path)))).toBe('LEDGER_UNREADABLE');
    const indexes = older.prepare("SELECT name FROM sqlite_schema WHERE name = 'resources_loan_due'").all();
    expect(indexes).toEqual([]);
    older.close();
  });

  test('of 0.1.0 is written anew, with all that was in it', async () => {
    const ledger = openSqliteLedger(optionsOf(path));
    await ledger.configs.store([physical('project', ['p1', 'p2'])]);
    await ledger.pools.keepSize('project', { newName: () => '', newOwner: () => '', graceMs: 1 });
    const before = await ledger.views.records({ limit: 10 });
    expect(before).toHaveLength(2);
    await ledger.close();
    const older = new DatabaseSync(path);
    const tables = () => older.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const today = tables();
    older.exec(`
      CREATE TABLE kept AS SELECT * FROM resources;
      DROP TABLE resources;
      ${SCHEMA.replace(') STRICT;', ') STRICT, WITHOUT ROWID;')}
      INSERT INTO resources SELECT * FROM kept;
      DROP TABLE kept;`);
    expect(tables()).not.toEqual(today);
    const again = openSqliteLedger(optionsOf(path));
    expect(await again.views.records({ limit: 10 })).toEqual(before);
    expect(tables()).toEqual(today);
    // Who has it open yet, a process of 0.1.0, goes on.
    expect(older.prepare("SELECT name FROM resources WHERE state = 'free'").all()).toHaveLength(2);
    await again.close();
    older.close();
  });

  test('is written ahead, and each commit is on the disk before it is acknowledged', async () => {
    const database = new Database(optionsOf(path));
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    await database.close();
  });

  test('that another process has locked is unavailable for now, and untouched', async () => {
    const ledger = openSqliteLedger(optionsOf(path));
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const store = () => ledger.configs.store([physical('project', ['p-1'])]);
    expect(await codeOf(store)).toBe('LEDGER_UNAVAILABLE');
    other.exec('ROLLBACK');
    other.close();
    expect(await ledger.configs.types()).toEqual([]);
    expect(await codeOf(store)).toBe('none');
    await ledger.close();
  });

  test('with a damaged document says of which resource', async () => {
    const ledger = openSqliteLedger(optionsOf(path));
    await ledger.configs.store([physical('project', ['p-1'])]);
    await ledger.pools.keepSize('project', { newName: String, newOwner: String, graceMs: 1 });
    const other = new DatabaseSync(path);
    other.exec(`UPDATE resources SET doc = '{"schema": 2}'`);
    other.close();
    await expect(ledger.views.record('p-1')).rejects.toThrow(/p-1/);
    expect(await codeOf(() => ledger.views.record('p-1'))).toBe('LEDGER_UNREADABLE');
    await ledger.close();
  });
});

describe('what is no ledger that can be used', () => {
  test('a damaged document is told apart from its neighbours, whatever is wrong with it', async () => {
    const ledger = openSqliteLedger(optionsOf(path));
    await ledger.configs.store([physical('project', ['p-1', 'p-2']), physical('host', [])]);
    await ledger.pools.keepSize('project', { newName: String, newOwner: String, graceMs: 1 });
    const other = new DatabaseSync(path);
    other.exec(`UPDATE resources SET doc = 'half a docu' WHERE name = 'p-2'`);
    other.exec(`UPDATE types SET doc = '{}' WHERE type = 'host'`);
    other.exec(`UPDATE contents SET doc = '[1]' WHERE type = 'host'`);
    other.close();
    expect(await ledger.views.record('p-1')).toMatchObject({ name: 'p-1' });
    const reads = {
      'the resource p-2': () => ledger.views.records({ limit: 9 }),
      'the type host': () => ledger.configs.type('host'),
      'the config host-1 of the type host': () => ledger.configs.content('host', 'host-1'),
    };
    for (const [what, read] of Object.entries(reads)) {
      expect(await codeOf(read)).toBe('LEDGER_UNREADABLE');
      await expect(read()).rejects.toThrow(what);
    }
    await ledger.close();
  });

  test('a file of another kind is refused as unreadable, a folder that is not there as unavailable', async () => {
    await writeFile(path, 'This is no database, and long enough to be seen as none. '.repeat(40));
    expect(await codeOf(async () => openSqliteLedger(optionsOf(path)))).toBe('LEDGER_UNREADABLE');
    const nowhere = join(folder, 'nowhere', 'ledger.sqlite');
    expect(await codeOf(async () => openSqliteLedger(optionsOf(nowhere)))).toBe('LEDGER_UNAVAILABLE');
    expect(() => openSqliteLedger(optionsOf(nowhere))).toThrow(nowhere);
  });

  test('a file that is locked while it is opened is unavailable for now', async () => {
    await openSqliteLedger(optionsOf(path)).close();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await codeOf(async () => openSqliteLedger(optionsOf(path)))).toBe('LEDGER_UNAVAILABLE');
    other.exec('ROLLBACK');
    other.close();
    await openSqliteLedger(optionsOf(path)).close();
  });
});

describe('operations that share a commit', () => {
  test('are each all or nothing: one that throws undoes itself alone', async () => {
    const database = new Database(optionsOf(path));
    const put = (type: string, fails: boolean) =>
      database.transact(() => {
        database.run('INSERT INTO types (type, doc) VALUES (?, ?)', type, '{}');
        if (fails) throw new Error(`${type} fails`);
        return type;
      });
    const ends = await Promise.allSettled([put('a', false), put('b', true), put('c', false)]);
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)))).toEqual([
      'a',
      'Error: b fails',
      'c',
    ]);
    expect(database.all('SELECT type FROM types ORDER BY type')).toEqual([{ type: 'a' }, { type: 'c' }]);
    await database.close();
  });

  test('are committed before the ledger is closed', async () => {
    const database = new Database(optionsOf(path));
    const written = database.transact(() => {
      database.run(`INSERT INTO types (type, doc) VALUES ('a', '{}')`);
    });
    await database.close();
    await written;
    const again = new Database(optionsOf(path));
    expect(again.all('SELECT type FROM types')).toEqual([{ type: 'a' }]);
    await again.close();
  });
});
