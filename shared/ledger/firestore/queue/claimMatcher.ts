import type { MatcherClaim } from '../../port.ts';
import { matchers } from '../documents/matcher.ts';
import type { LedgerParts } from '../ledgerParts.ts';

/**
 * Who finds it claimed writes to it, so that its holder can't let it go without having looked again. One of many is
 * enough: while that one stands unseen, the look that follows from it has not begun.
 */
export function claimMatcher(
  { store }: LedgerParts,
  component: string,
  holdMs: number,
): Promise<MatcherClaim | null> {
  return store.commit(async (session) => {
    const matcher = await session.get(matchers, component);
    const { at } = session.moment;
    const { token = 0, bump = 0, memory = {} } = matcher ?? {};
    if (matcher !== null && (matcher.claimedUntil ?? 0) > at) {
      if (bump === matcher.seen) session.put(matchers, component, { ...matcher, bump: bump + 1 });
      return null;
    }
    const claimed = { token: token + 1, claimedUntil: at + holdMs, holdMs, bump, seen: bump, memory };
    session.put(matchers, component, claimed);
    return { component, token: claimed.token, bump, memory };
  });
}
