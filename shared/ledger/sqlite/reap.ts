import { STATE, type ResourceRecord } from '../records.ts';
import { reapPolicy, type ReapDefaults } from '../transitions/reap.ts';
import { releaseAs } from '../transitions/release.ts';
import { SETTLED_STATES } from '../transitions/states.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { putRecords, selectRecords } from './rows.ts';

/** What nobody cares for any more becomes dirty. */
export function reap(
  database: Database,
  { type, by }: { readonly type: string; readonly by: ReapDefaults },
  moment: Moment,
): string[] {
  const { ownedMs, strayMs, states, isManaged } = reapPolicy(readType(database, type), by);
  const vanished =
    ownedMs === null ? [] : heldByUsers(database, { type, states, before: moment.at - ownedMs });
  const stray = isManaged
    ? statesOf(database, type).filter((state) => !SETTLED_STATES.includes(state))
    : states;
  const left = stray.flatMap((state) => leftIn(database, { type, state, before: moment.at - strayMs }));
  const reaped = [...vanished, ...left];
  putRecords(
    database,
    reaped.map((record) => releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null })),
  );
  return reaped.map(({ name }) => name);
}

function heldByUsers(
  database: Database,
  { type, states, before }: { type: string; states: readonly string[]; before: number },
): ResourceRecord[] {
  if (states.length === 0) return [];
  const any = states.map(() => '?').join(', ');
  return selectRecords(
    database,
    `INDEXED BY resources_users WHERE type = ? AND last_update < ? AND owner <> '' AND phase IS NULL AND held_by IS NULL
     AND hold_ends IS NULL AND state IN (${any})`,
    type,
    before,
    ...states,
  );
}

const leftIn = (
  database: Database,
  { type, state, before }: { type: string; state: string; before: number },
): ResourceRecord[] =>
  selectRecords(
    database,
    `WHERE type = ? AND state = ? AND owner = '' AND last_update < ? AND held_by IS NULL AND phase IS NULL`,
    type,
    state,
    before,
  );

/** From one state of the type to the next by the index: `DISTINCT` would read every member. */
function statesOf(database: Database, type: string): string[] {
  const states: string[] = [];
  for (;;) {
    const row = database.get(
      'SELECT min(state) AS state FROM resources WHERE type = ? AND state > ?',
      type,
      states.at(-1) ?? '',
    );
    if (typeof row?.['state'] !== 'string') return states;
    states.push(row['state']);
  }
}
