import type { EndAtOnce, Ledger } from '../../ledger/port.ts';
import type { Task, WorkRecord } from '../../ledger/records.ts';
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
  /** In which of a resource's states he may not. The original's reaper: busy, cleaning and leased. */
  readonly reapStates?: readonly string[] | undefined;
}

/** Far from the ledger a pool is mostly waited for: a tick over 40 took 13.7 s in the simulation one after the other, 3.4 s so. */
const POOLS_AT_ONCE = 8;

/** Kept ones that one sync looks at: with their holders eight reads a minute. None is an orphan but by a fault. */
const ORPHANS_SOUGHT = 4;

/** Boskos on the ledger: no server, each operation one commit. */
export function openRanch(options: RanchOptions): Boskos {
  const { ledger, installation, newName, graceMs, leaseExpiryMs, reapStates } = options;
  const { claims, pools, queue } = ledger;
  const newOwner = (): string => `mason-${installation}:${newName()}`;
  const order = { newOwner, graceMs };
  return {
    pools: () => ledger.views.pools(),
    counts: (types) => ledger.views.counts(types),
    ready: (type) => pools.ready(type),
    // All that it lends is in the ledger, where whoever holds it can lose it to nobody.
    keepUp: () => Promise.resolve({ wakes: [], faults: [] }),
    takeInOrphans: () => pools.takeInOrphans(ORPHANS_SOUGHT),
    confirm: async (record) => ({ kind: 'ours', record: await withHeldLeases(ledger, record) }),
    poolsAtOnce: POOLS_AT_ONCE,
    async tend(type) {
      const expired = await pools.expire(type);
      const reaped = await pools.reap(type, leaseExpiryMs, reapStates);
      return { ...(await pools.keepSize(type, { newName, ...order })), expired, reaped };
    },
    takeDirty: (type, limit) => pools.takeDirty({ type, limit, ...order }),
    takeOutdated: (type, limit) => pools.takeOutdated({ type, limit, ...order }),
    takeNamed: (name, orderedAt) => pools.takeNamed(name, orderedAt, order),
    takeForJanitor: (type, limit) => pools.takeForJanitor({ type, limit, ...order }),
    takeGivenBack: (given) => pools.takeGivenBack(given, order),

    endAtOnce: (task) => ENDS_AT_ONCE[task] ?? null,
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

/** In recycle, clean and the janitor a Masonable or a cleaner is at work between the claim and the end. */
const ENDS_AT_ONCE: Partial<Record<Task, EndAtOnce['kind']>> = { fulfill: 'fulfilled', free: 'freed' };

/**
 * A user may have given back what his virtual resource held, and somebody else may have it by now: that is not to be
 * destroyed. In every other phase all leases are Mason's own, and nobody can take them.
 */
async function withHeldLeases({ views }: Ledger, record: WorkRecord): Promise<WorkRecord> {
  const { name, work } = record;
  if (work.phase !== 'recycle' || work.leases.length === 0) return record;
  const found = await Promise.all(work.leases.map((lease) => views.record(lease.name)));
  const leases = work.leases.filter((_, index) => found[index]?.heldBy === name);
  return { ...record, work: { ...work, leases } };
}
