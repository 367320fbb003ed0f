import type { Ledger } from '../ledger/port.ts';
import type { DatabaseOptions } from '../ledger/sqlite/database.ts';
import { openSqliteCopy, openSqliteLedger, type LedgerContents } from '../ledger/sqlite/openSqliteLedger.ts';
import { openLocalTopics, type LocalTopics } from '../topics/local/localTopics.ts';
import type { Surroundings } from './compose.ts';

// Apart from compose.ts, so that a function on Firestore and Pub/Sub does not load them.

type LedgerSurroundings = Pick<Surroundings, 'clock' | 'random'> & Pick<DatabaseOptions, 'sharesCommits'>;

/** @param path a file, or `:memory:` */
export const openLocalLedger = (path: string, surroundings: LedgerSurroundings): Ledger =>
  openSqliteLedger({ path, ...optionsOf(surroundings) });

/** One in memory that says what another said, to try on it what sync would do. */
export const openLedgerCopy = (contents: LedgerContents, surroundings: LedgerSurroundings): Promise<Ledger> =>
  openSqliteCopy(contents, optionsOf(surroundings));

const optionsOf = ({
  clock,
  random,
  sharesCommits = true,
}: LedgerSurroundings): Omit<DatabaseOptions, 'path'> => ({
  now: () => clock.now(),
  random: () => random.number(),
  sharesCommits,
});

/** How the local topics are set: Pub/Sub's own figures, but impatient, since nothing is far away. */
export function openTopicsInProcess(surroundings: Surroundings): LocalTopics {
  return openLocalTopics({
    ...surroundings,
    concurrency: 64,
    maxDeliveries: 10,
    minBackoffMs: 100,
    maxBackoffMs: 10_000,
  });
}
