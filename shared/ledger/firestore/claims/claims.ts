import type { Claims } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { claim } from './claim.ts';
import { claimAndSettle } from './claimAndSettle.ts';
import { nextForSlot } from './nextForSlot.ts';
import { renew } from './renew.ts';
import { retry } from './retry.ts';
import { settle } from './settle.ts';
import { takeDue, unclaimed } from './takeDue.ts';

export const claims = (parts: LedgerParts): Claims => ({
  claim: (order) => claim(parts, order),
  claimAndSettle: (order, end) => claimAndSettle(parts, order, end),
  renew: (fence, holdMs) => renew(parts, fence, holdMs),
  settle: (fence, settlement) => settle(parts, fence, settlement),
  nextForSlot: (type) => nextForSlot(parts, type),
  takeDue: (limit, graceMs) => takeDue(parts, limit, graceMs),
  unclaimed: () => unclaimed(parts),
  retry: (name, graceMs, by) => retry(parts, name, { graceMs, by }),
});
