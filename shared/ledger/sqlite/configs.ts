import { parseDocument, parseJson } from '../parseDocument.ts';
import type { Configs } from '../port.ts';
import {
  contentRecordSchema,
  typeRecordSchema,
  type ContentRecord,
  type Pause,
  type TypeRecord,
} from '../typeRecord.ts';
import { asRemoved, changePause, dueAtOnce, keepingPause } from '../transitions/config.ts';
import type { Moment } from '../transitions/work.ts';
import type { Database } from './database.ts';
import { KnownDocuments } from './knownDocuments.ts';
import { putRecord, selectRecords } from './rows.ts';

export function configs(database: Database): Configs {
  return {
    store: (types) =>
      database.transact((moment) => {
        store(database, types, moment);
      }),
    pause: (type, order) => database.transact(({ at }) => pause(database, type, order && { ...order, at })),
    types: () => database.read(() => readTypes(database)),
    type: (type) => database.read(() => readType(database, type)),
    content: (type, hash) => database.read(() => readContent(database, type, hash)),
    sweep: () =>
      database.transact(() => {
        sweep(database);
      }),
  };
}

export function readType(database: Database, type: string): TypeRecord | null {
  const known = knownTypes.current(database, type);
  if (known !== undefined) return known;
  const row = database.get('SELECT type, doc FROM types WHERE type = ?', type);
  return row === undefined ? null : parseType(database, row);
}

export function readTypes(database: Database): TypeRecord[] {
  return database.all('SELECT type, doc FROM types ORDER BY type').map((row) => parseType(database, row));
}

function parseType(database: Database, row: Record<string, unknown>): TypeRecord {
  return knownTypes.parse(database, String(row['type']), String(row['doc']));
}

/** A type changes only with the config, and every claim reads one. */
const knownTypes = new KnownDocuments({ schema: typeRecordSchema, what: 'the type', most: 1_000 });

function store(database: Database, types: readonly TypeRecord[], moment: Moment): void {
  const before = new Map(readTypes(database).map((type) => [type.type, type]));
  const named = new Set(types.map(({ type }) => type));
  for (const gone of [...before.values()].filter(({ type, removed }) => !named.has(type) && !removed))
    putType(database, asRemoved(gone));
  for (const type of types) {
    putType(database, keepingPause(type, before.get(type.type) ?? null));
    if (before.get(type.type)?.hash !== type.hash) wakeWaiting(database, type.type, moment);
    const content = contentRecordSchema.parse(type);
    database.run(
      'INSERT OR IGNORE INTO contents (type, hash, doc) VALUES (?, ?, ?)',
      type.type,
      type.hash,
      JSON.stringify(content),
    );
  }
}

function pause(database: Database, type: string, given: Pause | null): boolean {
  const changed = changePause(readType(database, type), given);
  if (changed !== null) putType(database, changed);
  return changed !== null;
}

/** Their cycles begin again, and they must not wait for supply by the old config until they are due by themselves. */
function wakeWaiting(database: Database, type: string, moment: Moment): void {
  const waiting = selectRecords(
    database,
    'INDEXED BY resources_waiting WHERE type = ? AND queue_since IS NOT NULL',
    type,
  );
  for (const record of waiting) {
    const due = dueAtOnce(record, moment);
    if (due !== null) putRecord(database, due);
  }
}

export function putTypes(database: Database, types: readonly TypeRecord[]): void {
  for (const type of types) putType(database, type);
}

function putType(database: Database, type: TypeRecord): void {
  const doc = JSON.stringify(type);
  database.run(
    'INSERT INTO types (type, doc) VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET doc = excluded.doc, applied = NULL WHERE doc <> excluded.doc',
    type.type,
    doc,
  );
  knownTypes.drop(database, type.type);
}

function readContent(database: Database, type: string, hash: string): ContentRecord | null {
  const row = database.get('SELECT doc FROM contents WHERE type = ? AND hash = ?', type, hash);
  const what = `the config ${hash} of the type ${type}`;
  return row === undefined
    ? null
    : parseDocument(parseJson(row['doc']), { schema: contentRecordSchema, what });
}

/** Looks at members only where an old content is left: while a pool is being rebuilt. */
function sweep(database: Database): void {
  for (const { type } of readTypes(database).filter(({ removed }) => removed)) {
    database.run(
      'DELETE FROM types WHERE type = ?1 AND NOT EXISTS (SELECT 1 FROM resources WHERE type = ?1)',
      type,
    );
    knownTypes.drop(database, type);
  }
  const current = new Set(readTypes(database).map(({ type, hash }) => keyOf(type, hash)));
  for (const { type, hash } of database.all('SELECT type, hash FROM contents').map(contentKey)) {
    if (current.has(keyOf(type, hash)) || isNamed(database, type, hash)) continue;
    database.run('DELETE FROM contents WHERE type = ? AND hash = ?', type, hash);
  }
}

const contentKey = (row: Record<string, unknown>): { type: string; hash: string } => ({
  type: String(row['type']),
  hash: String(row['hash']),
});

const keyOf = (type: string, hash: string): string => `${type}/${hash}`;

const isNamed = (database: Database, type: string, hash: string): boolean =>
  database.has('SELECT 1 FROM resources WHERE type = ? AND ? IN (config_hash, built_by) LIMIT 1', type, hash);
