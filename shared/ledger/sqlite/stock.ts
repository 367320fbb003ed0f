import { STATE } from '../records.ts';
import type { Database } from './database.ts';

/** How many of the type are free, or on their way to be: dirty or being cleaned. */
export const countStock = (database: Database, type: string): number =>
  database.count(
    `SELECT count(*) AS n FROM resources WHERE type = ? AND held_by IS NULL
     AND (phase IS NOT NULL AND state = '${STATE.cleaning}' OR owner = '' AND state IN ('${STATE.free}', '${STATE.dirty}'))`,
    type,
  );
