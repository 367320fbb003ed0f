import type { Pools } from '../../port.ts';
import { REAPED_STATES } from '../../transitions/states.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { expire } from './expire.ts';
import { keepSize } from './keepSize.ts';
import { takeInOrphans } from './orphans.ts';
import { reap } from './reap.ts';
import { countReady } from './rebuilds.ts';
import { takeGivenBack } from './takeGivenBack.ts';
import { takeNamed } from './takeNamed.ts';
import { takeOutdated } from './takeOutdated.ts';
import { takeDirty, takeForJanitor } from './takes.ts';

export const pools = (parts: LedgerParts): Pools => ({
  keepSize: (type, names) => keepSize(parts, type, names),
  ready: (type) =>
    parts.store.look(async (session) => {
      const members = await countReady(session, type);
      return { at: session.moment.at, members };
    }),
  expire: (type) => expire(parts, type),
  takeDirty: (order) => takeDirty(parts, order),
  takeForJanitor: (order) => takeForJanitor(parts, order),
  takeGivenBack: (given, order) => takeGivenBack(parts, given, order),
  takeOutdated: (order) => takeOutdated(parts, order),
  takeNamed: (name, orderedAt, order) => takeNamed(parts, { name, orderedAt, ...order }),
  reap: (type, leaseExpiryMs, states = REAPED_STATES) => reap(parts, { type, by: { leaseExpiryMs, states } }),
  takeInOrphans: (limit) => takeInOrphans(parts, limit),
});
