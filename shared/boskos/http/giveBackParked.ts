import { STATE } from '../../ledger/records.ts';
import { askEach } from './ask.ts';
import { atOnce } from './atOnce.ts';
import type { HttpParts } from './parts.ts';
import { unowned } from './unowned.ts';

/** What gives back one that is parked: it is never ours but for a moment. */
const PARKED = { dest: STATE.leased, name: null, kind: 'stock', task: null } as const;

/**
 * Whatever of the type is parked under this name goes back dirty, also what another Mason had parked there, or its user
 * put back late.
 *
 * @param mayGoOn asked before each look: a run that was overtaken must not take what its successor has parked
 */
export async function giveBackParked(
  parts: HttpParts,
  {
    type,
    parkedFor,
    mayGoOn,
  }: { readonly type: string; readonly parkedFor: string; readonly mayGoOn: () => Promise<boolean> },
): Promise<void> {
  const { client } = parts;
  while (await mayGoOn()) {
    const parked = (await unowned(client, type)).count(parkedFor);
    const ask = { ...PARKED, type, state: parkedFor, reason: `parked for ${parkedFor}` };
    const asks = Array.from({ length: parked }, () => ask);
    const given = await askEach(parts, asks, async (lent) => {
      await atOnce(lent, ({ owner, resource: { name } }) =>
        client.release({ name, dest: STATE.dirty, owner }),
      );
    });
    // Those that it didn't get are held by somebody.
    if (given.length < parked || parked === 0) return;
  }
}
