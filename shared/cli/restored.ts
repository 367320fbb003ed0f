import { MasonError } from '../errors.ts';
import type { Ledger } from '../ledger/port.ts';
import type { Io } from './io.ts';
import { openNamedLedger } from './openNamedLedger.ts';

export interface RestoredOrder {
  /** In the form of MASON_LEDGER. */
  readonly ledger: string;
  /** There is no backup: an empty ledger is made. */
  readonly isNew: boolean;
  /** The person says that nothing works on it. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** Records of one commit; Firestore takes fewer. */
const PAGE = 500;

/**
 * After a restore from a backup: disclaims all that the ledger says of who holds what. It works on the ledger itself, since no
 * Mason may run until it is done.
 *
 * @throws MasonError ENVIRONMENT_INVALID, REFUSED, LEDGER_UNAVAILABLE, LEDGER_UNREADABLE
 */
export async function restored(io: Io, order: RestoredOrder): Promise<void> {
  if (!order.yes) throw refusal(order.ledger);
  const ledger = await openNamedLedger(io, order);
  try {
    const floor = await ledger.restores.begin();
    const names = await disclaimAll(io, ledger, floor);
    if (order.json) io.out(`${JSON.stringify({ floor, disclaimed: names })}\n`);
    else io.out(`${names} resources were disclaimed. Mason may be started: each goes round once.\n`);
  } finally {
    await ledger.close();
  }
}

async function disclaimAll(io: Io, { restores }: Ledger, floor: number): Promise<number> {
  let names = 0;
  let after: string | null = null;
  do {
    const page = await restores.disclaim({ floor, after, limit: PAGE });
    names += page.names.length;
    after = page.after;
    if (after !== null) io.err(`${names} resources, up to ${after}\n`);
  } while (after !== null);
  return names;
}

const refusal = (ledger: string): MasonError =>
  new MasonError(
    'REFUSED',
    `${ledger}: every user loses what he holds by this ledger, and everything is built anew. Stop every Mason that works on it, then say --yes (shared/ledger/RESTORE.md)`,
  );
