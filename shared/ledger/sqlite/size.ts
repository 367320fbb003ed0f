import type { Pools, SizeChange, Wake } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { isLeaving, leastWanted, makeResource, pastOf, retire } from '../transitions/pool.ts';
import { wakeOf, type Moment } from '../transitions/work.ts';
import { boundsOf, type TypeRecord } from '../typeRecord.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { readFloor, readPast, writePast } from './past.ts';
import { putRecord, putRecords, readRecords, removeRecord, selectRecords } from './rows.ts';
import { countStock } from './stock.ts';

interface Sizing {
  readonly database: Database;
  readonly spec: TypeRecord;
  readonly names: Parameters<Pools['keepSize']>[1];
  readonly moment: Moment;
}

/** Makes what is missing and retires what is too much. Costs two counts where nothing is to be done. */
export function keepSize(sizing: Sizing): SizeChange {
  const buried = buryDead(sizing);
  const { size } = sizing.spec;
  const change = size.kind === 'static' ? keepNames(sizing, size.names) : keepCount(sizing);
  return { ...change, dropped: [...buried, ...change.dropped] };
}

function buryDead(sizing: Sizing): string[] {
  const dead = selectRecords(
    sizing.database,
    `WHERE type = ? AND state = '${STATE.tombstone}' AND owner = '' AND loan_due IS NULL`,
    sizing.spec.type,
  );
  for (const record of dead) drop(sizing, record);
  return dead.map(({ name }) => name);
}

function keepNames(sizing: Sizing, names: readonly string[]): SizeChange {
  const { database, spec } = sizing;
  const wanted = spec.removed ? [] : names;
  if (count(database, spec.type) === wanted.length && isApplied(sizing)) return NOTHING;
  const present = namesOf(database, spec.type);
  const keep = new Set(wanted);
  const missing = wanted.filter((name) => !present.has(name));
  const made = missing.filter((name) => isUnused(database, name));
  const unwanted = [...present].filter((name) => !keep.has(name));
  const floor = made.length === 0 ? null : readFloor(database);
  putRecords(
    database,
    made.map((name) => makeResource(spec, { name, past: readPast(database, name), floor }, sizing.moment)),
  );
  const change = retireAll(sizing, readRecords(database, unwanted), Infinity);
  if (made.length === missing.length && unwanted.length === 0) markApplied(sizing);
  return { ...change, made };
}

function keepCount(sizing: Sizing): SizeChange {
  const { database, spec, names, moment } = sizing;
  const { min, max } = boundsOf(spec);
  const now = count(database, spec.type);
  const missing = now < max ? Math.max(min - now, Math.min(max - now, shortfall(sizing)), 0) : 0;
  const made = Array.from({ length: missing }, names.newName);
  putRecords(
    database,
    made.map((name) => makeResource(spec, { name, past: null }, moment)),
  );
  if (now <= max) return { ...NOTHING, made };
  const staying = selectRecords(database, 'WHERE type = ?', spec.type).filter((member) => !isLeaving(member));
  return retireAll(sizing, leastWanted(staying), staying.length - max);
}

/**
 * How many members more the virtual resources in line need than are free or on their way to be. Users' requests make
 * theirs themselves. A config counts as supply what there can be, so without this a line could wait for ever.
 */
function shortfall({ database, spec: { type, component } }: Sizing): number {
  if (component?.physicalTypes.includes(type) !== true) return 0;
  const needed = component.virtualTypes.reduce((sum, virtualType) => {
    const need = readType(database, virtualType)?.needs[type] ?? 0;
    return need === 0 ? sum : sum + need * countWaiting(database, virtualType);
  }, 0);
  return needed === 0 ? 0 : needed - countStock(database, type);
}

const countWaiting = (database: Database, type: string): number =>
  database.count(
    'SELECT count(*) AS n FROM resources INDEXED BY resources_waiting WHERE type = ? AND queue_since IS NOT NULL',
    type,
  );

/** Retires members in their order until `wanted` of them are on their way out. */
function retireAll(sizing: Sizing, members: readonly ResourceRecord[], wanted: number): SizeChange {
  const { database, spec, names, moment } = sizing;
  const dropped: string[] = [];
  const doomed: Wake[] = [];
  let retired = 0;
  for (const member of members) {
    if (retired >= wanted) break;
    const retirement = retire(member, spec, { ...moment, owner: names.newOwner(), graceMs: names.graceMs });
    if (retirement.kind === 'inUse') continue;
    retired += 1;
    if (retirement.kind === 'drop') {
      drop(sizing, member);
      dropped.push(member.name);
    }
    if (retirement.kind === 'put' || retirement.kind === 'doom') putRecord(database, retirement.record);
    if (retirement.kind === 'doom')
      doomed.push(wakeOf(retirement.record, retirement.record.work.phase ?? 'recycle'));
  }
  return { made: [], dropped, doomed };
}

function drop({ database }: Sizing, record: ResourceRecord): void {
  const past = pastOf(record);
  removeRecord(database, record.name);
  if (past !== null) writePast(database, record.name, past);
}

const NOTHING: SizeChange = { made: [], dropped: [], doomed: [] };

const count = (database: Database, type: string): number =>
  database.count('SELECT count(*) AS n FROM resources WHERE type = ?', type);

const namesOf = (database: Database, type: string): Set<string> =>
  new Set(database.all('SELECT name FROM resources WHERE type = ?', type).map((row) => String(row['name'])));

/** A name may stand under another type until that type's member has gone. */
const isUnused = (database: Database, name: string): boolean =>
  !database.has('SELECT 1 FROM resources WHERE name = ?', name);

/** Whether the names were equal once under this very config: nothing but a loss can have come since. */
function isApplied({ database, spec }: Sizing): boolean {
  return database.has('SELECT 1 FROM types WHERE type = ? AND applied IS NOT NULL', spec.type);
}

function markApplied({ database, spec }: Sizing): void {
  database.run('UPDATE types SET applied = ? WHERE type = ?', spec.hash, spec.type);
}
