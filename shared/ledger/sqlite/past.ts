import { EVERYBODY } from '../transitions/disclaim.ts';
import type { Past } from '../transitions/work.ts';
import type { Database } from './database.ts';

/** What is known of a name's former bearer; null: there was none, or it had a dynamic name. */
export function readPast(database: Database, name: string): Past | null {
  const row = database.get('SELECT cycle, token FROM past WHERE name = ?', name);
  return row === undefined ? null : { cycle: Number(row['cycle']), token: Number(row['token']) };
}

export function writePast(database: Database, name: string, { cycle, token }: Past): void {
  database.run('INSERT OR REPLACE INTO past (name, cycle, token) VALUES (?, ?, ?)', name, cycle, token);
}

/** From where on all names are counted since the last restore (see Restores.begin); null: there was none. */
export const readFloor = (database: Database): Past | null => readPast(database, EVERYBODY);
