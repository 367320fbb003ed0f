import type { SQLInputValue } from 'node:sqlite';

import type { Fence } from '../port.ts';
import { recordSchema, type ResourceRecord, type Work, type WorkRecord } from '../records.ts';
import { holdEndsAt } from '../transitions/holds.ts';
import { keptRand } from '../transitions/orphans.ts';
import { hasWork } from '../transitions/work.ts';
import type { Database } from './database.ts';
import { isCurrent, KnownDocuments, type Known } from './knownDocuments.ts';

/** Copies of what is in `doc`, for the queries. */
const COLUMNS = [
  ...[
    'name',
    'type',
    'state',
    'owner',
    'held_by',
    'last_update',
    'expiration',
    'phase',
    'claimed_until',
    'due_at',
  ],
  ...['queue_since', 'slot', 'config_hash', 'built_by', 'loan_due', 'loan_since', 'hold_ends', 'kept_rand'],
] as const;
const PUT = `INSERT OR REPLACE INTO resources (${COLUMNS.join(', ')}, doc) VALUES (${'?, '.repeat(COLUMNS.length)}?)`;

/** @param query what stands after `SELECT name, doc FROM resources` */
export function selectRecords(
  database: Database,
  query: string,
  ...values: SQLInputValue[]
): ResourceRecord[] {
  return database
    .all(`SELECT name, doc FROM resources ${query}`, ...values)
    .map((row) => parseRecord(database, row));
}

export function readRecord(database: Database, name: string): ResourceRecord | null {
  const known = knownRecords.current(database, name);
  if (known !== undefined) return known;
  const row = database.get('SELECT name, doc FROM resources WHERE name = ?', name);
  return row === undefined ? null : parseRecord(database, row);
}

/** Those that exist, in the order of the names. */
export function readRecords(database: Database, names: readonly string[]): ResourceRecord[] {
  return names.map((name) => readRecord(database, name)).filter((record) => record !== null);
}

/** The records of what it leases, as far as they exist. */
export function readLeased(database: Database, { work }: ResourceRecord): ResourceRecord[] {
  return readRecords(
    database,
    (work?.leases ?? []).map(({ name }) => name),
  );
}

/** The record, if the fence still holds. */
export function fenced(database: Database, fence: Fence): WorkRecord | null {
  const record = readRecord(database, fence.name);
  return hasWork(record) && record.work.token === fence.token ? record : null;
}

const parseRecord = (database: Database, row: Record<string, unknown>): ResourceRecord =>
  knownRecords.parse(database, String(row['name']), String(row['doc']));

/** Some 35 MB, measured. */
const RECORDS_KNOWN = 25_000;
/**
 * Most records are read moments after this very process wrote them: to read them was an eighth of a lifecycle's time, and
 * where that can't be spared, to parse them a seventh.
 */
const knownRecords = new KnownDocuments({ schema: recordSchema, what: 'the resource', most: RECORDS_KNOWN });

export function putRecord(database: Database, record: ResourceRecord): void {
  const text = JSON.stringify(record);
  const columns = columnsOf(record);
  const known = knownRecords.last(database, record.name);
  if (known === undefined || !updateRow(database, known, { columns, text }))
    database.run(PUT, ...columns, text);
  knownRecords.keep(database, record.name, { text, document: record });
}

/**
 * Writes what differs from what this connection knows, and so leaves the other indexes alone: lifecycles in memory are 1.15
 * times as fast. That the text is still the known one says that all columns are.
 *
 * @returns false: somebody else has written the row since, or it is gone
 */
function updateRow(
  database: Database,
  known: Known<ResourceRecord>,
  { columns, text }: { readonly columns: readonly SQLInputValue[]; readonly text: string },
): boolean {
  const before = columnsOf(known.document);
  const values: SQLInputValue[] = [];
  let changed = 0;
  for (const [at, value] of columns.entries()) {
    if (value === before[at]) continue;
    values.push(value);
    changed |= 1 << at;
  }
  const update = updateOf(changed);
  const { name } = known.document;
  const rows = isCurrent(database, known)
    ? database.change(update, ...values, text, name)
    : database.change(`${update} AND doc = ?`, ...values, text, name, known.text);
  return rows === 1;
}

/** To make the text anew each time would cost as much as to run it. */
const updates = new Map<number, string>();

/** @param changed a bit for each column that it sets */
function updateOf(changed: number): string {
  const known = updates.get(changed);
  if (known !== undefined) return known;
  const sets = COLUMNS.filter((_, at) => (changed & (1 << at)) !== 0).map((column) => `${column} = ?, `);
  const sql = `UPDATE resources SET ${sets.join('')}doc = ? WHERE name = ?`;
  updates.set(changed, sql);
  return sql;
}

const columnsOf = (record: ResourceRecord): SQLInputValue[] => [
  record.name,
  record.type,
  record.state,
  record.owner,
  record.heldBy,
  record.lastUpdate,
  record.expiration,
  ...(record.work === null ? NO_WORK : workColumns(record.work)),
  record.loan?.dueAt ?? null,
  record.loan?.since ?? null,
  holdEndsAt(record),
  keptRand(record),
];

const workColumns = (work: Work): SQLInputValue[] => [
  work.phase,
  work.claimedUntil,
  work.dueAt,
  work.queue?.since ?? null,
  slotOf(work),
  work.configHash,
  work.builtBy,
];
const NO_WORK: SQLInputValue[] = [null, null, null, null, null, null, null];

export function putRecords(database: Database, records: readonly ResourceRecord[]): void {
  for (const record of records) putRecord(database, record);
}

export function removeRecord(database: Database, name: string): void {
  database.run('DELETE FROM resources WHERE name = ?', name);
  knownRecords.drop(database, name);
}

function slotOf(work: Work): string | null {
  if (work.constructingSince !== null) return 'held';
  return work.awaitsSlot ? 'awaited' : null;
}
