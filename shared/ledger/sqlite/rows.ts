import type { SQLInputValue } from 'node:sqlite';

import { MasonError } from '../../errors.ts';
import type { Fence } from '../port.ts';
import { recordSchema, type ResourceRecord, type Work, type WorkRecord } from '../records.ts';
import { hasWork } from '../transitions/work.ts';
import type { Database } from './database.ts';

const PUT = `INSERT OR REPLACE INTO resources
  (name, type, state, owner, held_by, last_update, expiration, phase, claimed_until, due_at, queue_since, slot, config_hash, built_by, doc)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function readRecord(database: Database, name: string): ResourceRecord | null {
  const row = database.get('SELECT doc FROM resources WHERE name = ?', name);
  return row === undefined ? null : parseRecord(row);
}

export function readRecords(database: Database, names: readonly string[]): ResourceRecord[] {
  return names.map((name) => readRecord(database, name)).filter((record) => record !== null);
}

/** The record, if the fence still holds. */
export function fenced(database: Database, fence: Fence): WorkRecord | null {
  const record = readRecord(database, fence.name);
  return hasWork(record) && record.work.token === fence.token ? record : null;
}

/** @param row with the column `doc` */
export function parseRecord(row: Record<string, unknown>): ResourceRecord {
  const doc = String(row['doc']);
  const parsed = recordSchema.safeParse(JSON.parse(doc));
  if (parsed.success) return parsed.data;
  throw new MasonError(
    'LEDGER_UNREADABLE',
    `a resource's document can not be read: ${parsed.error.message}. If a newer release wrote it, use that one.`,
  );
}

export function putRecord(database: Database, record: ResourceRecord): void {
  const { work } = record;
  database.run(
    PUT,
    record.name,
    record.type,
    record.state,
    record.owner,
    record.heldBy,
    record.lastUpdate,
    record.expiration,
    ...(work === null ? NO_WORK : workColumns(work)),
    JSON.stringify(record),
  );
}

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

function slotOf(work: Work): string | null {
  if (work.constructingSince !== null) return 'held';
  return work.awaitsSlot ? 'awaited' : null;
}
