import { parseDocument, parseJson } from '../parseDocument.ts';
import { minuteOf, sampleOf, sampleSchema, SAMPLES_KEPT_MS, type Sample } from '../poolCount.ts';
import type { Samples } from '../port.ts';
import type { Database } from './database.ts';

export function samples(database: Database): Samples {
  return {
    async write(count) {
      if (await database.read((at) => isThere(database, minuteOf(at)))) return;
      const pools = await count();
      await database.transact(({ at }) => {
        const minute = minuteOf(at);
        const doc = JSON.stringify(sampleOf(at, pools));
        database.run('INSERT OR IGNORE INTO samples (minute, doc) VALUES (?, ?)', minute, doc);
        database.run('DELETE FROM samples WHERE minute < ?', minute - SAMPLES_KEPT_MS);
      });
    },
    read: (since) =>
      database.read(() =>
        database
          .all('SELECT minute, doc FROM samples WHERE minute >= ? ORDER BY minute', minuteOf(since))
          .map(parseSample)
          .filter(({ at }) => at >= since),
      ),
  };
}

const isThere = (database: Database, minute: number): boolean =>
  database.has('SELECT 1 FROM samples WHERE minute = ?', minute);

const parseSample = (row: Record<string, unknown>): Sample =>
  parseDocument(parseJson(row['doc']), { schema: sampleSchema, what: `the sample ${String(row['minute'])}` });
