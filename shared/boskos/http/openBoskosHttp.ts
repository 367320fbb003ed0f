import type { Ledger, Wake } from '../../ledger/port.ts';
import { isPaused, type Component, type TypeRecord } from '../../ledger/typeRecord.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Boskos } from '../port.ts';
import type { BoskosClient } from './client/client.ts';
import { confirm } from './confirm.ts';
import { Faults } from './eachAlone.ts';
import { countReady } from './countReady.ts';
import { DryTypes } from './dryTypes.ts';
import { parkAndFree } from './parkAndFree.ts';
import type { HttpParts } from './parts.ts';
import { counts, pools } from './pools.ts';
import { recover } from './recover.ts';
import { returnLeases } from './returnLeases.ts';
import { grantAll, hold, supply } from './supply.ts';
import { takeFrom, takeNamed, takeOutdated } from './takes.ts';
import { tellDue, tellOf } from './tell.ts';
import { tend } from './tend.ts';

export interface BoskosHttpOptions {
  /** Mirrors what the server lends, and keeps Mason's part of it. */
  readonly ledger: Ledger;
  readonly client: BoskosClient;
  /** Names this Mason in the owners of its leases. */
  readonly installation: string;
  /** A UUID v4. */
  readonly newName: () => string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** How long (ms) a published message may take before sync publishes it again. */
  readonly graceMs: number;
  /** How long (ms) the server's reaper leaves what no sign of life comes for. The original's: 30 min. */
  readonly leaseExpiryMs: number;
  /** How long (ms) a part of what somebody needs is kept for him: from one to two times this. Default: 5 min. */
  readonly stockMs?: number;
}

const STOCK_MS = 300_000;

/** What is asked for the ledger's time alone. */
const NO_SUPPLY: Component = { id: '', virtualTypes: [], physicalTypes: [] };

/**
 * An existing Boskos over its own HTTP API (boskos-wire.md). The ledger mirrors what it lends: there the same commits
 * decide as on the ranch, and the server is made to follow. Each loan has an owner that only it knows, so that whatever
 * comes too late is refused.
 */
export function openBoskosHttp(options: BoskosHttpOptions): Boskos {
  const { ledger, installation, newName, leaseExpiryMs, stockMs = STOCK_MS } = options;
  const { claims } = ledger;
  const { graceMs } = options;
  const parts: HttpParts = {
    ...options,
    stockMs,
    newOwner: () => `mason-${installation}:${newName()}`,
    keepMs: leaseExpiryMs / 3,
    dry: new DryTypes(options.clock),
  };
  const ofType = async (
    type: string,
    isOurs: (spec: TypeRecord) => boolean,
    take: () => Promise<readonly Wake[]>,
  ): Promise<readonly Wake[]> => {
    const spec = await ledger.configs.type(type);
    return spec !== null && !isPaused(spec) && isOurs(spec) ? take() : [];
  };
  return {
    pools: () => pools(parts),
    counts: (types) => counts(parts, types),
    ready: async (type) => ({
      at: (await ledger.queue.supply(NO_SUPPLY, 0)).at,
      members: await countReady(parts, type),
    }),
    async keepUp() {
      const faults = new Faults();
      const wakes = await tellDue(parts, faults);
      if (!faults.isAway) await recover(parts, faults);
      return { wakes, faults: faults.errors };
    },
    // They are the server's, and found by their states there (see tend).
    takeInOrphans: () => Promise.resolve([]),
    confirm: (record) => confirm(parts, record),

    // Eight calls of one pool are under way already, to a server that does one after the other.
    poolsAtOnce: 1,
    tend: (type) => tend(parts, type),
    takeDirty: (type, limit) =>
      ofType(type, isBuiltHere, () => takeFrom(parts, { type, task: 'recycle', limit })),
    takeOutdated: (type, limit) => ofType(type, isBuiltHere, () => takeOutdated(parts, type, limit)),
    takeNamed: (name, orderedAt) => takeNamed(parts, name, orderedAt),
    takeForJanitor: (type, limit) =>
      ofType(type, isCleanedHere, () => takeFrom(parts, { type, task: 'janitor', limit })),
    // The server may not know yet that we gave it back, and then its own janitor may be the first.
    takeGivenBack: () => Promise.resolve([]),

    // Each asks the server first whether it still counts the resource as ours.
    endAtOnce: () => null,
    returnLeases: (run) => returnLeases(parts, run),
    leaseAll: (run) => claims.settle(run, { kind: 'fulfilled', graceMs }),
    keepConstructed: (run, userData) => claims.settle(run, { kind: 'constructed', userData, graceMs }),
    parkAndFree: (run) => parkAndFree(parts, run),
    async releaseCleaned(run) {
      const settled = await claims.settle(run, { kind: 'cleaned' });
      if (settled.kind === 'settled') await tellOf(parts, [run.name]);
      return settled;
    },

    supply: (component, limit) => supply(parts, component, limit),
    grantAll: (grants) => grantAll(parts, grants),
    hold: (reserved) => hold(parts, reserved),
  };
}

const isBuiltHere = ({ managed }: TypeRecord): boolean => managed;

/** Without a cleaner of ours, dirty ones are somebody else's work; so are those that another Mason builds. */
const isCleanedHere = ({ managed, config, removed, settings }: TypeRecord): boolean =>
  !managed && (config === null || removed) && settings.janitor !== null;
