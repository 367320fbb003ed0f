import type { Pools } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { expire } from './expire.ts';
import { keepSize } from './keepSize.ts';
import { reap } from './reap.ts';
import { takeNamed } from './takeNamed.ts';
import { takeOutdated } from './takeOutdated.ts';
import { takeDirty, takeForJanitor } from './takes.ts';

export const pools = (parts: LedgerParts): Pools => ({
  keepSize: (type, names) => keepSize(parts, type, names),
  expire: (type) => expire(parts, type),
  takeDirty: (order) => takeDirty(parts, order),
  takeForJanitor: (order) => takeForJanitor(parts, order),
  takeOutdated: (order) => takeOutdated(parts, order),
  takeNamed: (name, orderedAt, order) => takeNamed(parts, { name, orderedAt, ...order }),
  reap: (type, leaseExpiryMs) => reap(parts, { type, leaseExpiryMs }),
});
