import { describe } from '@jest/globals';

import { describeClaims } from './claims.ts';
import { describeClaimsAtOnce } from './claimsAtOnce.ts';
import { describeConfigs } from './configs.ts';
import { describeDue } from './due.ts';
import { describeHolds } from './holds.ts';
import { describeLoans } from './loans.ts';
import type { OpenLedger } from './world.ts';
import { describePools } from './pools.ts';
import { describeQueue } from './queue.ts';
import { describeRandom } from './random.ts';
import { describeRestores } from './restores.ts';
import { describeSeen } from './seen.ts';
import { describeSettlements } from './settlements.ts';
import { describeTakes } from './takes.ts';
import { describeUsers } from './users.ts';

/**
 * The tests that every ledger has to pass: each operation of the port, and each result that it documents.
 *
 * They see the ledger through the port alone. They let time pass by the clock that they hand in, never compare the
 * ledger's times with their own, and ask for no order among calls that they make at once: so a server in the network,
 * whose time goes on by itself, can pass them too.
 *
 * @param open a fresh, empty ledger for each test
 * @param randomRuns how many random lives of about 110 steps it has to stand
 */
export function describeLedger(name: string, open: OpenLedger, randomRuns = 40): void {
  describe(`the ledger on ${name}`, () => {
    describeClaims(open);
    describeClaimsAtOnce(open);
    describeSettlements(open);
    describeDue(open);
    describePools(open);
    describeTakes(open);
    describeQueue(open);
    describeUsers(open);
    describeConfigs(open);
    describeLoans(open);
    describeHolds(open);
    describeRestores(open);
    describeSeen(open);
    describeRandom(open, randomRuns);
  });
}
