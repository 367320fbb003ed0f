import type { Wake } from '../../ledger/port.ts';
import { askEach, type Ask } from './ask.ts';
import type { LentResource } from './client/client.ts';
import type { HttpParts } from './parts.ts';

export interface Borrowed {
  readonly resources: readonly LentResource[];
  /** What is due now; nothing for stock. */
  readonly wakes: readonly Wake[];
}

/**
 * Takes into the ledger what the server lends for these asks.
 * @throws BoskosFault, once all that was lent is in the ledger
 */
export async function borrow(parts: HttpParts, asks: readonly Ask[]): Promise<Borrowed> {
  const { ledger, graceMs, keepMs } = parts;
  const wakes: Wake[] = [];
  const resources = await askEach(parts, asks, async (lent) => {
    wakes.push(...(await ledger.loans.adopt(lent, graceMs, keepMs)));
  });
  return { resources, wakes };
}
