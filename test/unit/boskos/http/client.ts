import { request } from 'gaxios';

import type { BoskosClient } from '../../../../shared/boskos/http/client/client.ts';
import {
  openBoskosClient,
  type BoskosClientOptions,
} from '../../../../shared/boskos/http/client/openBoskosClient.ts';
import type { Clock } from '../../../../shared/runtime/clock.ts';

export const DEADLINE_MS = 10_000;

/** Pauses are over at once; a deadline comes when the test says so. */
export interface ClientClock extends Clock {
  /** Milliseconds of each pause between two attempts. */
  readonly pauses: readonly number[];
  /** Attempts under way. */
  underWay(): number;
  /** Lets the time of every attempt under way be up. */
  passDeadlines(): void;
}

export function clientClock(): ClientClock {
  const pauses: number[] = [];
  const deadlines = new Set<() => void>();
  return {
    pauses,
    now: () => 0,
    monotonic: () => 0,
    after(ms, action) {
      if (ms === DEADLINE_MS) {
        deadlines.add(action);
        return () => void deadlines.delete(action);
      }
      pauses.push(ms);
      const soon = setImmediate(action);
      return () => {
        clearImmediate(soon);
      };
    },
    underWay: () => deadlines.size,
    passDeadlines() {
      const due = [...deadlines];
      deadlines.clear();
      due.forEach((action) => {
        action();
      });
    },
  };
}

/** A client without credentials, whose pauses are as long as they can be. */
export const clientOf = (url: string, options: Partial<BoskosClientOptions> = {}): BoskosClient =>
  openBoskosClient({
    url,
    authorization: () => Promise.resolve(null),
    clock: clientClock(),
    random: () => 1,
    request,
    deadlineMs: DEADLINE_MS,
    ...options,
  });
