import type { EndedHold, HoldOrder, HoldResult, Holds, ReleaseResult } from '../port.ts';
import type { ResourceRecord } from '../records.ts';
import {
  beginHold,
  endDueHold,
  endedHold,
  releaseHeld,
  type HoldEnd,
  type HoldSight,
} from '../transitions/holds.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { putRecord, putRecords, readLeased, readRecord, selectRecords } from './rows.ts';

export function holds(database: Database): Holds {
  return {
    begin: (name, order) => database.transact((moment) => begin(database, { name, order }, moment)),
    release: (name, to, by) => database.transact((moment) => release(database, { name, to, by }, moment)),
    endDue: (limit) => database.transact((moment) => endDue(database, limit, moment)),
  };
}

function begin(
  database: Database,
  { name, order }: { readonly name: string; readonly order: HoldOrder },
  moment: Moment,
): HoldResult {
  const held = beginHold(readRecord(database, name), order, moment);
  if (typeof held === 'string') return { kind: 'refused', reason: held };
  putRecord(database, held);
  return { kind: 'held', record: held };
}

function release(
  database: Database,
  { name, ...order }: { readonly name: string } & Parameters<typeof releaseHeld>[1],
  moment: Moment,
): ReleaseResult {
  const record = readRecord(database, name);
  const end = releaseHeld(record && sightOf(database, record), order, moment);
  if (typeof end === 'string') return { kind: 'refused', reason: end };
  return { kind: 'released', ...write(database, end) };
}

function endDue(database: Database, limit: number, moment: Moment): EndedHold[] {
  const due = selectRecords(
    database,
    'INDEXED BY resources_hold_ends WHERE hold_ends <= ? ORDER BY hold_ends LIMIT ?',
    moment.at,
    limit,
  );
  return due.flatMap((record) => {
    const end = endDueHold(sightOf(database, record), moment);
    return end === null ? [] : [write(database, end)];
  });
}

const sightOf = (database: Database, record: ResourceRecord): HoldSight => ({
  record,
  spec: readType(database, record.type),
  leased: readLeased(database, record),
});

function write(database: Database, end: HoldEnd): EndedHold {
  putRecords(database, end.puts);
  return endedHold(end);
}
