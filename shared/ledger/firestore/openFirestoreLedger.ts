import type { Ledger } from '../port.ts';
import { claims } from './claims/claims.ts';
import { Contention } from './contention.ts';
import { configs } from './configs/configs.ts';
import { HeldRecords } from './heldRecords.ts';
import { holds } from './holds/holds.ts';
import { loans } from './loans/loans.ts';
import { pools } from './pools/pools.ts';
import { MatcherSight } from './queue/matcherSight.ts';
import { queue } from './queue/queue.ts';
import { restores } from './restores/restores.ts';
import { samples } from './samples/samples.ts';
import type { FirestoreLedgerOptions } from './store/options.ts';
import { Store } from './store/store.ts';
import { TypeCache } from './typeCache.ts';
import { users } from './users/users.ts';
import { views } from './views/views.ts';

/** The ledger in Firestore. Any number of processes may work on it at the same time. */
export function openFirestoreLedger(options: FirestoreLedgerOptions): Ledger {
  const store = new Store(options);
  const parts = {
    store,
    types: new TypeCache(store.reader.time),
    held: new HeldRecords(),
    contention: new Contention(options.clock),
    sight: new MatcherSight(),
  };
  return {
    claims: claims(parts),
    pools: pools(parts),
    queue: queue(parts),
    users: users(parts),
    configs: configs(parts),
    loans: loans(parts),
    holds: holds(parts),
    restores: restores(parts),
    views: views(parts),
    samples: samples(parts),
    close: () => store.close(),
  };
}
