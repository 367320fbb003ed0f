import type { Ledger } from '../../ledger/port.ts';
import type { Boskos } from '../port.ts';

export interface RanchOptions {
  readonly ledger: Ledger;
  /** Names this Mason in the owners of its leases. */
  readonly installation: string;
  /** A UUID v4, as the original names dynamic resources. */
  readonly newName: () => string;
  /** How long (ms) a published message may take before sync publishes it again. */
  readonly graceMs: number;
  /** How long (ms) a user may hold a resource without a sign of life. The original's reaper: 30 min. */
  readonly leaseExpiryMs: number;
}

/** Boskos on the ledger: no server, each operation one commit. */
export function openRanch({ ledger, installation, newName, graceMs, leaseExpiryMs }: RanchOptions): Boskos {
  const { claims, pools, queue } = ledger;
  const newOwner = (): string => `mason-${installation}:${newName()}`;
  const order = { newOwner, graceMs };
  return {
    pools: () => ledger.views.pools(),
    // All that it lends is in the ledger, where whoever holds it can lose it to nobody.
    keepUp: () => Promise.resolve([]),
    confirm: () => Promise.resolve(true),
    async tend(type) {
      const expired = await pools.expire(type);
      const reaped = await pools.reap(type, leaseExpiryMs);
      return { ...(await pools.keepSize(type, { newName, ...order })), expired, reaped };
    },
    takeDirty: (type, limit) => pools.takeDirty({ type, limit, ...order }),
    takeOutdated: (type, limit) => pools.takeOutdated({ type, limit, ...order }),
    takeNamed: (name, orderedAt) => pools.takeNamed(name, orderedAt, order),
    takeForJanitor: (type, limit) => pools.takeForJanitor({ type, limit, ...order }),

    returnLeases: (run) => claims.settle(run, { kind: 'recycled', graceMs }),
    leaseAll: (run) => claims.settle(run, { kind: 'fulfilled', graceMs }),
    keepConstructed: (run, userData) => claims.settle(run, { kind: 'constructed', userData, graceMs }),
    parkAndFree: (run) => claims.settle(run, { kind: 'freed', graceMs }),
    releaseCleaned: (run) => claims.settle(run, { kind: 'cleaned' }),

    supply: (component, limit) => queue.supply(component, limit),
    grantAll: (grants) => queue.grantAll(grants, graceMs),
    // Whoever takes something free asks the matcher first what is reserved.
    hold: () => Promise.resolve(),
  };
}
