import type { AcquireRequest, Ledger } from '../../ledger/port.ts';
import type { Component } from '../../ledger/typeRecord.ts';
import type { BoskosUsers } from '../port.ts';

export interface RanchUsersOptions {
  readonly ledger: Ledger;
  readonly newName: () => string;
  /** How long (ms) a place in the queue is kept without another poll. The original's default: 30 s. */
  readonly requestTtlMs: number;
  /** How many resources of the type are reserved for those who began to wait before `since` (the matcher knows). */
  readonly reservedAhead: (
    component: Component,
    place: { readonly type: string; readonly since: number },
  ) => Promise<number>;
  /** Told which types a user's call made free. */
  readonly onYield: (types: readonly string[]) => Promise<void>;
}

/** The users' side of the ranch: what Boskos's own clients call. */
export function ranchUsers({
  ledger,
  newName,
  requestTtlMs,
  reservedAhead,
  onYield,
}: RanchUsersOptions): BoskosUsers {
  const { users } = ledger;
  return {
    async acquire(request) {
      const full: AcquireRequest = { ...request, newName, requestTtlMs, ahead: null };
      const first = await users.acquire(full);
      if (first.kind !== 'contended') return first;
      const ahead = await reservedAhead(first.component, { type: request.type, since: first.since });
      const second = await users.acquire({ ...full, ahead });
      return second.kind === 'contended' ? { kind: 'none', position: ahead + 1, length: ahead + 1 } : second;
    },
    acquireByState: (request) => users.acquireByState(request),
    async release(request) {
      const touched = await users.release(request);
      if (touched.kind === 'done') await onYield(touched.yields);
      return touched;
    },
    update: (request) => users.update(request),
    async reset(request) {
      const owners = await users.reset(request);
      if (request.dest === 'free') await onYield([request.type]);
      return owners;
    },
    metric: (type) => users.metric(type),
  };
}
