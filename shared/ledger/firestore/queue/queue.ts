import type { Queue } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { claimMatcher } from './claimMatcher.ts';
import { grantAll } from './grant.ts';
import { recall } from './recall.ts';
import { releaseMatcher } from './releaseMatcher.ts';
import { supply } from './supply.ts';
import { waiters } from './waiters.ts';

export const queue = (parts: LedgerParts): Queue => ({
  claimMatcher: (component, holdMs) => claimMatcher(parts, component, holdMs),
  recall: (component) => recall(parts, component),
  waiters: (component, page) => waiters(parts, component, page),
  supply: (component, limit) => supply(parts, component, limit),
  grantAll: (orders, graceMs) => grantAll(parts, orders, graceMs),
  releaseMatcher: (claim, memory) => releaseMatcher(parts, claim, memory),
});
