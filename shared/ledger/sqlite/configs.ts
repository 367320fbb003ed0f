import { MasonError } from '../../errors.ts';
import type { Configs } from '../port.ts';
import { contentRecordSchema, typeRecordSchema, type ContentRecord, type TypeRecord } from '../typeRecord.ts';
import type { Database } from './database.ts';

export function configs(database: Database): Configs {
  return {
    store: (types) =>
      database.transact(() => {
        store(database, types);
      }),
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
  const row = database.get('SELECT doc FROM types WHERE type = ?', type);
  return row === undefined ? null : parseType(row);
}

export function readTypes(database: Database): TypeRecord[] {
  return database.all('SELECT doc FROM types ORDER BY type').map(parseType);
}

/** Parsed documents by their text: a type's changes only with the config, and every claim reads one. */
const parsedTypes = new Map<string, TypeRecord>();
const PARSED_TYPES_KEPT = 1_000;

function parseType(row: Record<string, unknown>): TypeRecord {
  const doc = String(row['doc']);
  const known = parsedTypes.get(doc);
  if (known !== undefined) return known;
  const parsed = typeRecordSchema.safeParse(JSON.parse(doc));
  if (!parsed.success)
    throw new MasonError('LEDGER_UNREADABLE', `a type's document can not be read: ${parsed.error.message}`);
  if (parsedTypes.size >= PARSED_TYPES_KEPT) parsedTypes.clear();
  parsedTypes.set(doc, parsed.data);
  return parsed.data;
}

function store(database: Database, types: readonly TypeRecord[]): void {
  const named = new Set(types.map(({ type }) => type));
  for (const gone of readTypes(database).filter(({ type, removed }) => !named.has(type) && !removed)) {
    putType(database, { ...gone, removed: true, component: null });
  }
  for (const type of types) {
    putType(database, type);
    const content = contentRecordSchema.parse(type);
    database.run(
      'INSERT OR IGNORE INTO contents (type, hash, doc) VALUES (?, ?, ?)',
      type.type,
      type.hash,
      JSON.stringify(content),
    );
  }
}

function putType(database: Database, type: TypeRecord): void {
  const doc = JSON.stringify(type);
  database.run(
    'INSERT INTO types (type, doc) VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET doc = excluded.doc, applied = NULL WHERE doc <> excluded.doc',
    type.type,
    doc,
  );
}

function readContent(database: Database, type: string, hash: string): ContentRecord | null {
  const row = database.get('SELECT doc FROM contents WHERE type = ? AND hash = ?', type, hash);
  return row === undefined ? null : contentRecordSchema.parse(JSON.parse(String(row['doc'])));
}

function sweep(database: Database): void {
  const removed = readTypes(database).filter((type) => type.removed);
  for (const { type } of removed) {
    database.run(
      'DELETE FROM types WHERE type = ?1 AND NOT EXISTS (SELECT 1 FROM resources WHERE type = ?1)',
      type,
    );
  }
  database.run(`DELETE FROM contents WHERE NOT EXISTS (SELECT 1 FROM types WHERE types.type = contents.type AND types.doc ->> 'hash' = contents.hash)
    AND NOT EXISTS (SELECT 1 FROM resources WHERE resources.type = contents.type AND contents.hash IN (resources.config_hash, resources.built_by))`);
}
