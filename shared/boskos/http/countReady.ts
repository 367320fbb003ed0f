import { STATE } from '../../ledger/records.ts';
import type { HttpParts } from './parts.ts';

/** In these a member can't be leased by a user, nor is anybody's. */
const NOT_READY: readonly string[] = [
  STATE.dirty,
  STATE.cleaning,
  STATE.toBeDeleted,
  STATE.tombstone,
  STATE.quarantined,
];

/** How many of the type the server has that are free or in use. */
export async function countReady({ client }: Pick<HttpParts, 'client'>, type: string): Promise<number> {
  const { current = {} } = (await client.metric(type)) ?? {};
  return Object.entries(current)
    .filter(([state]) => !NOT_READY.includes(state))
    .reduce((sum, [, count]) => sum + count, 0);
}
