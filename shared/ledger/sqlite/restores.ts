import type { Disclaimed, Restores } from '../port.ts';
import { disclaim, EVERYBODY, floorAt } from '../transitions/disclaim.ts';
import type { Moment } from '../transitions/work.ts';
import { readType } from './configs.ts';
import type { Database } from './database.ts';
import { readFloor, writePast } from './past.ts';
import { putRecord, selectRecords } from './rows.ts';

export function restores(database: Database): Restores {
  return {
    begin: () =>
      database.transact((moment) => {
        const floor = floorAt(moment, readFloor(database));
        writePast(database, EVERYBODY, { cycle: floor, token: floor });
        database.run('DELETE FROM intents');
        return floor;
      }),
    disclaim: (page) => database.transact((moment) => disclaimPage(database, page, moment)),
  };
}

function disclaimPage(
  database: Database,
  { floor, after, limit }: Parameters<Restores['disclaim']>[0],
  moment: Moment,
): Disclaimed {
  const found = selectRecords(database, 'WHERE name > ? ORDER BY name LIMIT ?', after ?? '', limit);
  const names: string[] = [];
  for (const record of found) {
    const spec = readType(database, record.type);
    const disclaimed = disclaim({ record, spec }, floor, moment);
    if (disclaimed === null) continue;
    putRecord(database, disclaimed);
    names.push(record.name);
  }
  return { names, after: found.length < limit ? null : (found.at(-1)?.name ?? null) };
}
