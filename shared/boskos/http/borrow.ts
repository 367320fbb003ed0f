import type { Wake } from '../../ledger/port.ts';
import { askEach, type Ask, type Lent } from './ask.ts';
import { atOnce } from './atOnce.ts';
import type { LentResource } from './client/client.ts';
import type { HttpParts } from './parts.ts';
import { formerState } from './recover.ts';

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
    await giveBackUnknown(parts, lent);
  });
  return { resources, wakes };
}

/**
 * A process that stood still between its note and its call was taken for dead (see recover.ts), and its note is gone: what
 * the call brought was passed over, and nobody would ever look for it.
 */
async function giveBackUnknown({ ledger, client }: HttpParts, lent: readonly Lent[]): Promise<void> {
  await atOnce(lent, async ({ owner, from, resource: { name } }) => {
    const record = await ledger.views.record(name);
    if (record?.loan?.owner !== owner) await client.release({ name, dest: formerState(from), owner });
  });
}
