import type { Queue } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { claimMatcher } from './claimMatcher.ts';
import { grant } from './grant.ts';
import { releaseMatcher } from './releaseMatcher.ts';
import { supply } from './supply.ts';
import { waiters } from './waiters.ts';

export const queue = (parts: LedgerParts): Queue => ({
  claimMatcher: (component, holdMs) => claimMatcher(parts, component, holdMs),
  waiters: (component, page) => waiters(parts, component, page),
  supply: (component, limit) => supply(parts, component, limit),
  grant: (order, graceMs) => grant(parts, order, graceMs),
  releaseMatcher: (claim, memory) => releaseMatcher(parts, claim, memory),
});
