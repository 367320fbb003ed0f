import type { AcquireRequest, Ledger } from '../../ledger/port.ts';
import type { Component } from '../../ledger/typeRecord.ts';
import type { BoskosUsers } from '../port.ts';
import type { Waking } from '../waking.ts';

export interface RanchUsersOptions {
  readonly ledger: Ledger;
  readonly newName: () => string;
  /** How long (ms) a place in the queue is kept without another poll. The original's default: 30 s. */
  readonly requestTtlMs: number;
  /** How many resources of the type are reserved for those who began to wait before `since` (the matcher knows). */
  readonly reservedAhead: (
    component: Component,
    place: { readonly type: string; readonly since: number },
  ) => Promise<{ readonly count: number; readonly seenAt: number }>;
  readonly waking: Waking;
}

/** Looks at what is reserved for others, in one call: each but the first because something became free meanwhile. */
const MOST_LOOKS = 3;

/** The users' side of the ranch: what Boskos's own clients call. */
export function ranchUsers({
  ledger,
  newName,
  requestTtlMs,
  reservedAhead,
  waking,
}: RanchUsersOptions): BoskosUsers {
  const { users } = ledger;
  return {
    async acquire(request) {
      const full: AcquireRequest = { ...request, newName, requestTtlMs, ahead: null };
      let answer = await users.acquire(full);
      let ahead = 0;
      for (let looks = 0; answer.kind === 'contended' && looks < MOST_LOOKS; looks += 1) {
        const { component, since } = answer;
        const reserved = await reservedAhead(component, { type: request.type, since });
        ahead = reserved.count;
        answer = await users.acquire({ ...full, ahead, seenAt: reserved.seenAt, placeSince: since });
      }
      return answer.kind === 'contended' ? { kind: 'none', position: ahead + 1, length: ahead + 1 } : answer;
    },
    acquireByState: (request) => users.acquireByState(request),
    async release(request) {
      const touched = await users.release(request);
      if (touched.kind !== 'done') return touched;
      await waking.yielded(touched.yields);
      await waking.givenBack(touched.givenBack);
      return touched;
    },
    update: (request) => users.update(request),
    async reset(request) {
      const owners = await users.reset(request);
      if (request.dest === 'free') await waking.yielded([request.type]);
      return owners;
    },
    metric: (type) => users.metric(type),
  };
}
