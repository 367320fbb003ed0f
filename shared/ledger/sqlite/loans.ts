import { intentSchema } from '../intentSchema.ts';
import { parseDocument } from '../parseDocument.ts';
import type { Adoption, Fence, Intent, Loans, NewIntent, Wake } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { adopt, isAdoptable, type Terms } from '../transitions/adopt.ts';
import { disown, endLoan, putOffLoan, surrender } from '../transitions/loans.ts';
import { since } from '../transitions/pool.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { readFloor, readPast, writePast } from './past.ts';
import {
  fenced,
  putRecord,
  putRecords,
  readLeased,
  readRecord,
  removeRecord,
  selectRecords,
} from './rows.ts';

export function loans(database: Database): Loans {
  return {
    intend: (intents) =>
      database.transact(({ at }) => {
        intend(database, intents, at);
      }),
    adopt: (adoptions, graceMs, keepMs) =>
      database.transact((moment) =>
        adoptions.flatMap((adoption) => adoptOne(database, { adoption, graceMs, keepMs }, moment)),
      ),
    drop: (owners) =>
      database.transact(() => {
        for (const owner of owners) drop(database, owner);
      }),
    unsettled: (ageMs, limit) => database.read((at) => unsettled(database, at - ageMs, limit)),
    due: (order) => database.transact((moment) => due(database, order, moment)),
    end: (over) =>
      database.transact(() => {
        for (const { name, owner } of over) end(database, name, owner);
      }),
    disown: (fence) => database.transact((moment) => disownRun(database, fence, moment)),
    surrender: (name, owner) =>
      database.transact((moment) => {
        const record = surrender(readRecord(database, name), owner, moment);
        if (record !== null) putRecord(database, record);
        return record !== null;
      }),
    stock: (type, limit) => database.read(() => stock(database, type, limit)),
    outdated: (type, limit, from) => database.read(() => outdated(database, { type, limit, from })),
  };
}

// ---- intents

function intend(database: Database, intents: readonly NewIntent[], at: number): void {
  for (const { owner, type, state, dest, name, kind, task, reason } of intents) {
    database.run(
      `INSERT OR IGNORE INTO intents (owner, type, state, dest, name, kind, task, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[owner, type, state, dest, name, kind, task, reason, at],
    );
  }
}

const drop = (database: Database, owner: string): void => {
  database.run('DELETE FROM intents WHERE owner = ?', owner);
};

const COLUMNS = 'owner, type, state, dest, name, kind, task, reason, at';

const unsettled = (database: Database, before: number, limit: number): Intent[] =>
  database
    .all(`SELECT ${COLUMNS} FROM intents WHERE at < ? ORDER BY at, owner LIMIT ?`, before, limit)
    .map(parseIntent);

const parseIntent = (row: Record<string, unknown>): Intent =>
  parseDocument(row, { schema: intentSchema, what: `the intent ${String(row['owner'])}` });

// ---- loans

function adoptOne(
  database: Database,
  { adoption, ...terms }: Terms & { readonly adoption: Adoption },
  moment: Moment,
): readonly Wake[] {
  const { owner, resource } = adoption;
  const row = database.get(`SELECT ${COLUMNS} FROM intents WHERE owner = ?`, owner);
  if (row === undefined) return [];
  const intent = parseIntent(row);
  if (!isAdoptable(intent, moment.at)) return [];
  drop(database, owner);
  const record = readRecord(database, resource.name);
  const sight = {
    intent,
    resource,
    record,
    past: record === null ? since(readPast(database, resource.name), readFloor(database)) : null,
    leased: record === null ? [] : readLeased(database, record),
    spec: readType(database, resource.type),
  };
  const { puts, wakes } = adopt(sight, terms, moment);
  putRecords(database, puts);
  return wakes;
}

function due(
  database: Database,
  order: { readonly limit: number; readonly keepMs: number; readonly tellMs: number },
  moment: Moment,
): ResourceRecord[] {
  const found = selectRecords(
    database,
    'INDEXED BY resources_loan_due WHERE loan_due <= ? ORDER BY loan_due LIMIT ?',
    moment.at,
    order.limit,
  );
  const putOff = found.map((record) => putOffLoan(record, order, moment)).filter((record) => record !== null);
  putRecords(database, putOff);
  return putOff;
}

function end(database: Database, name: string, owner: string): void {
  const ended = endLoan(readRecord(database, name), owner);
  if (ended === null) return;
  if (ended.kind === 'keep') {
    putRecord(database, ended.record);
    return;
  }
  removeRecord(database, name);
  if (ended.past !== null) writePast(database, name, ended.past);
}

function disownRun(database: Database, fence: Fence, moment: Moment): string[] | null {
  const record = fenced(database, fence);
  const disowned = record === null ? null : disown(record, readLeased(database, record), moment);
  if (disowned === null) return null;
  putRecords(database, [disowned.record, ...disowned.returned]);
  return disowned.returned.map(({ name }) => name);
}

const stock = (database: Database, type: string, limit: number): ResourceRecord[] =>
  selectRecords(
    database,
    `INDEXED BY resources_stock WHERE type = ? AND loan_since IS NOT NULL AND state = '${STATE.free}' AND owner = ''
     ORDER BY loan_since, name LIMIT ?`,
    type,
    limit,
  );

/** Two ranges of the index, since `<>` would read every member. */
function outdated(
  database: Database,
  { type, limit, from }: { readonly type: string; readonly limit: number; readonly from: number },
): ResourceRecord[] {
  const spec = readType(database, type);
  if (spec === null) return [];
  const ranges = spec.removed
    ? [['>', '']]
    : [
        ['<', spec.hash],
        ['>', spec.hash],
      ];
  const found = ranges
    .flatMap(([than = '', hash = '']) => builtBy(database, { type, than, hash }))
    .sort((a, b) => a.rand - b.rand);
  const behind = found.filter(({ rand }) => rand >= from);
  const before = found.filter(({ rand }) => rand < from);
  return [...behind, ...before].slice(0, limit).sort((a, b) => a.lastUpdate - b.lastUpdate);
}

const builtBy = (
  database: Database,
  { type, than, hash }: { readonly type: string; readonly than: string; readonly hash: string },
): ResourceRecord[] =>
  selectRecords(
    database,
    `INDEXED BY resources_returned WHERE type = ? AND state = '${STATE.returned}' AND built_by ${than} ?
     AND loan_due IS NULL AND phase IS NULL`,
    type,
    hash,
  );
