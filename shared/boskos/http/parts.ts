import type { Ledger } from '../../ledger/port.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { BoskosClient } from './client/client.ts';
import type { DryTypes } from './dryTypes.ts';

/** What the parts of the adapter work with. Durations in milliseconds. */
export interface HttpParts {
  readonly ledger: Ledger;
  readonly client: BoskosClient;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** An owner that only one loan will know. */
  readonly newOwner: () => string;
  /** How long a published message may take before sync publishes it again. */
  readonly graceMs: number;
  /** How often the server gets a sign of life: a third of its lease expiry. */
  readonly keepMs: number;
  /** After which the server has reset what no sign of life came for. */
  readonly leaseExpiryMs: number;
  /** How long stock is held for somebody who can't be granted all that he needs: from one to two times this. */
  readonly stockMs: number;
  readonly dry: DryTypes;
}
