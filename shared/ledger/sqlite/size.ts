import type { Pools, SizeChange, Wake } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { isLeaving, leastWanted, makeResource, retire } from '../transitions/pool.ts';
import { wakeOf, type Moment } from '../transitions/work.ts';
import type { TypeRecord } from '../typeRecord.ts';
import type { Database } from './database.ts';
import { parseRecord, putRecord, putRecords } from './rows.ts';

interface Sizing {
  readonly database: Database;
  readonly spec: TypeRecord;
  readonly names: Parameters<Pools['keepSize']>[1];
}

/** Makes what is missing and retires what is too much. Costs two counts where nothing is to be done. */
export function keepSize(sizing: Sizing, moment: Moment): SizeChange {
  const buried = bury(sizing);
  const { spec } = sizing;
  const change =
    spec.size.kind === 'static'
      ? keepNames(sizing, spec.size.names, moment)
      : keepCount(sizing, spec.size, moment);
  return { ...change, dropped: [...buried, ...change.dropped] };
}

function bury({ database, spec }: Sizing): string[] {
  const dead = database
    .all(`SELECT name FROM resources WHERE type = ? AND state = ? AND owner = ''`, spec.type, STATE.tombstone)
    .map((row) => String(row['name']));
  for (const name of dead) remove(database, name);
  return dead;
}

function keepNames(sizing: Sizing, names: readonly string[], moment: Moment): SizeChange {
  const { database, spec } = sizing;
  const wanted = spec.removed ? [] : names;
  if (count(database, spec.type) === wanted.length && isApplied(sizing)) return NOTHING;
  const members = membersOf(database, spec.type);
  const present = new Set(members.map(({ name }) => name));
  const keep = new Set(wanted);
  const missing = wanted.filter((name) => !present.has(name) && isUnused(database, name));
  putRecords(
    database,
    missing.map((name) => makeResource(spec, name, moment)),
  );
  markApplied(sizing);
  return {
    ...retireAll(
      sizing,
      members.filter(({ name }) => !keep.has(name)),
      moment,
    ),
    made: missing,
  };
}

function keepCount(
  sizing: Sizing,
  size: { readonly min: number; readonly max: number },
  moment: Moment,
): SizeChange {
  const { database, spec, names } = sizing;
  const { min, max } = spec.removed ? { min: 0, max: 0 } : size;
  const now = count(database, spec.type);
  const made = Array.from({ length: Math.max(0, min - now) }, names.newName);
  putRecords(
    database,
    made.map((name) => makeResource(spec, name, moment)),
  );
  if (now <= max) return { ...NOTHING, made };
  const staying = membersOf(database, spec.type).filter((member) => !isLeaving(member));
  return retireAll(sizing, leastWanted(staying), moment, staying.length - max);
}

/** Retires members in their order until `wanted` of them are on their way out. */
// eslint-disable-next-line max-params -- the limit is an option of the three
function retireAll(
  { database, spec, names }: Sizing,
  members: readonly ResourceRecord[],
  moment: Moment,
  wanted = Infinity,
): SizeChange {
  const dropped: string[] = [];
  const doomed: Wake[] = [];
  let retired = 0;
  for (const member of members) {
    if (retired >= wanted) break;
    const retirement = retire(member, spec, { ...moment, owner: names.newOwner(), graceMs: names.graceMs });
    if (retirement.kind === 'inUse') continue;
    retired += 1;
    if (retirement.kind === 'drop') {
      remove(database, member.name);
      dropped.push(member.name);
    }
    if (retirement.kind === 'put' || retirement.kind === 'doom') putRecord(database, retirement.record);
    if (retirement.kind === 'doom') doomed.push(wakeOf(retirement.record, 'recycle'));
  }
  return { made: [], dropped, doomed };
}

const NOTHING: SizeChange = { made: [], dropped: [], doomed: [] };

const count = (database: Database, type: string): number =>
  Number(database.get('SELECT count(*) AS n FROM resources WHERE type = ?', type)?.['n'] ?? 0);

const membersOf = (database: Database, type: string): ResourceRecord[] =>
  database.all('SELECT doc FROM resources WHERE type = ? ORDER BY name', type).map(parseRecord);

/** A name may stand under another type until that type's member has gone. */
const isUnused = (database: Database, name: string): boolean =>
  database.get('SELECT 1 FROM resources WHERE name = ?', name) === undefined;

const remove = (database: Database, name: string): number =>
  database.run('DELETE FROM resources WHERE name = ?', name);

/** Whether the pool was last compared with this very config: then equal counts mean equal names. */
function isApplied({ database, spec }: Sizing): boolean {
  return database.get('SELECT 1 FROM types WHERE type = ? AND applied IS NOT NULL', spec.type) !== undefined;
}

function markApplied({ database, spec }: Sizing): void {
  database.run('UPDATE types SET applied = ? WHERE type = ?', spec.hash, spec.type);
}
