import type { Claims } from './port/claims.ts';
import type { Pools } from './port/pools.ts';
import type { Queue } from './port/queue.ts';
import type { Users } from './port/users.ts';
import type { Configs } from './port/configs.ts';
import type { Loans } from './port/loans.ts';
import type { Holds } from './port/holds.ts';
import type { Restores } from './port/restores.ts';
import type { Views } from './port/views.ts';
import type { Samples } from './port/samples.ts';

export type * from './port/wake.ts';
export type * from './port/givenBack.ts';
export type * from './port/claims.ts';
export type * from './port/pools.ts';
export type * from './port/queue.ts';
export type * from './port/users.ts';
export type * from './port/configs.ts';
export type * from './port/loans.ts';
export type * from './port/holds.ts';
export type * from './port/restores.ts';
export type * from './port/views.ts';
export type * from './port/samples.ts';

/**
 * The record of who holds what. Every operation is one atomic commit, or several where it is about many resources, each
 * of which one of them changes whole; takes durations in milliseconds and reads the time from the ledger itself, so that
 * the clocks of its callers need not agree. Times that come out are milliseconds since the epoch by the ledger's clock. A
 * rejected promise is a fault of the ledger (see errors.ts): whether the operation was applied is then unknown, and
 * repeating it is safe.
 */
export interface Ledger {
  readonly claims: Claims;
  readonly pools: Pools;
  readonly queue: Queue;
  readonly users: Users;
  readonly configs: Configs;
  readonly loans: Loans;
  readonly holds: Holds;
  readonly restores: Restores;
  readonly views: Views;
  readonly samples: Samples;
  close(): Promise<void>;
}
