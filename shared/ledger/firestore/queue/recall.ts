import { matchers } from '../documents/matcher.ts';
import type { LedgerParts } from '../ledgerParts.ts';

export function recall(
  { store }: LedgerParts,
  component: string,
): Promise<Readonly<Record<string, number>> | null> {
  return store.look(async (session) => {
    const matcher = await session.get(matchers, component);
    if (matcher === null) return {};
    return (matcher.claimedUntil ?? 0) > session.moment.at ? null : matcher.memory;
  });
}
