import type { Holds } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { begin } from './begin.ts';
import { endDue, release } from './end.ts';

export const holds = (parts: LedgerParts): Holds => ({
  begin: (name, order) => begin(parts, name, order),
  release: (name, to, by) => release(parts, name, { to, by }),
  endDue: (limit) => endDue(parts, limit),
});
