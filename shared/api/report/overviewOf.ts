import type { Mason } from '../../mason/mason.ts';
import type { ConfigState, Overview } from '../wire.ts';
import { describePools } from './describePools.ts';
import { judge } from './judge.ts';

/** What people see at a glance, where the functions run elsewhere: they meet in the ledger alone. */
export async function overviewOf(
  { ledger, boskos }: Pick<Mason, 'ledger' | 'boskos'>,
  config: ConfigState,
): Promise<Overview> {
  const pools = describePools(...(await Promise.all([ledger.configs.types(), boskos.pools()])));
  // How many messages are under way nobody but Pub/Sub knows.
  const verdict = judge({ pools, config, pending: 0 });
  if (pools.length > 0) return { pools, verdict, config };
  const reasons = ['sync has stored no config yet', ...verdict.reasons];
  return { pools, verdict: { kind: 'working', reasons }, config };
}
