import type { MatcherClaim } from '../../port.ts';
import { matchers } from '../documents/matcher.ts';
import type { LedgerParts } from '../ledgerParts.ts';

/** Who is told to look again has as long for it as for the first look. */
export function releaseMatcher(
  { store }: LedgerParts,
  claim: MatcherClaim,
  memory: Readonly<Record<string, number>>,
): Promise<MatcherClaim | null> {
  const { component } = claim;
  return store.commit(async (session) => {
    const matcher = await session.get(matchers, component);
    if (matcher?.token !== claim.token) return null;
    const again = matcher.bump !== claim.bump;
    const claimedUntil = again ? session.moment.at + matcher.holdMs : null;
    session.put(matchers, component, { ...matcher, memory, claimedUntil, seen: matcher.bump });
    return again ? { ...claim, bump: matcher.bump, memory } : null;
  });
}
