import type { Ledger } from '../ledger/port.ts';
import { openSqliteCopy, openSqliteLedger, type LedgerContents } from '../ledger/sqlite/openSqliteLedger.ts';
import { openLocalTopics, type LocalTopics } from '../topics/local/localTopics.ts';
import type { Surroundings } from './compose.ts';

// Apart from compose.ts, so that a function on Firestore and Pub/Sub does not load them.

/** @param path a file, or `:memory:` */
export function openLocalLedger(
  path: string,
  { clock, random }: Pick<Surroundings, 'clock' | 'random'>,
): Ledger {
  return openSqliteLedger({ path, now: () => clock.now(), random: () => random.number() });
}

/** One in memory that says what another said, to try on it what sync would do. */
export const openLedgerCopy = (
  contents: LedgerContents,
  { clock, random }: Pick<Surroundings, 'clock' | 'random'>,
): Promise<Ledger> => openSqliteCopy(contents, { now: () => clock.now(), random: () => random.number() });

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
