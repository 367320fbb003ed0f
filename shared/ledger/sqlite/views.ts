import type { PoolView, Views } from '../port.ts';
import type { ResourceRecord } from '../records.ts';
import type { Database } from './database.ts';
import { readRecord, selectRecords } from './rows.ts';

type Filter = Parameters<Views['records']>[0];

export function views(database: Database): Views {
  return {
    record: (name) => database.read(() => readRecord(database, name)),
    records: (filter) => database.read(() => records(database, filter)),
    pools: () => database.read(() => pools(database)),
  };
}

function records(database: Database, filter: Filter): ResourceRecord[] {
  const wanted = [
    ['type = ?', filter.type],
    ['state = ?', filter.state],
    ['owner = ?', filter.owner],
    ['name > ?', filter.after],
  ].filter((part): part is [string, string] => part[1] !== undefined);
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([sql]) => sql).join(' AND ')}`;
  return selectRecords(
    database,
    `${where} ORDER BY name LIMIT ?`,
    ...wanted.map(([, value]) => value),
    filter.limit,
  );
}

interface Group {
  readonly type: string;
  readonly state: string;
  readonly phase: string | null;
  readonly count: number;
  readonly owned: number;
  readonly waiting: number;
}

function pools(database: Database): PoolView[] {
  const groups = database
    .all(
      `SELECT type, CASE WHEN held_by = state THEN 'parked' ELSE state END AS state, phase, count(*) AS n, sum(owner <> '') AS owned, sum(queue_since IS NOT NULL) AS waiting
       FROM resources GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
    .map((row): Group => ({
      type: String(row['type']),
      state: String(row['state']),
      phase: typeof row['phase'] === 'string' ? row['phase'] : null,
      count: Number(row['n']),
      owned: Number(row['owned']),
      waiting: Number(row['waiting']),
    }));
  const types = [...new Set(groups.map(({ type }) => type))];
  return types.map((type) =>
    poolView(
      type,
      groups.filter((group) => group.type === type),
    ),
  );
}

function poolView(type: string, groups: readonly Group[]): PoolView {
  const states: Record<string, number> = {};
  const phases: Record<string, number> = {};
  for (const { state, phase, count } of groups) {
    states[state] = (states[state] ?? 0) + count;
    if (phase !== null && state !== 'quarantined') phases[phase] = (phases[phase] ?? 0) + count;
  }
  const sum = (of: (group: Group) => number): number => groups.reduce((total, group) => total + of(group), 0);
  return {
    type,
    states,
    phases,
    owned: sum(({ owned }) => owned),
    waiting: sum(({ waiting }) => waiting),
    quarantined: states['quarantined'] ?? 0,
  };
}
