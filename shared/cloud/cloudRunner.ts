import type { Overview } from '../local/api.ts';
import type { ConfigFile } from '../local/configFile.ts';
import { describePools } from '../local/report/describePools.ts';
import { judge } from '../local/report/judge.ts';
import type { Runner } from '../local/runner.ts';
import type { Mason } from '../mason/mason.ts';
import type { Topics } from '../topics/port.ts';

/**
 * What people see and order, where the functions run elsewhere: they meet in the ledger and in the topics alone.
 * @param config whose faults are told
 */
export function createCloudRunner({
  mason,
  topics,
  config,
}: {
  readonly mason: Mason;
  readonly topics: Topics;
  readonly config: ConfigFile;
}): Pick<Runner, 'mason' | 'keepsSizes' | 'overview' | 'publish'> {
  const { ledger } = mason;
  const overview = async (): Promise<Overview> => {
    // Its faults are told by state().
    await config.read().catch(() => undefined);
    const [types, views] = await Promise.all([ledger.configs.types(), ledger.views.pools()]);
    const pools = describePools(types, views);
    const state = config.state();
    // How many messages are under way nobody but Pub/Sub knows.
    const verdict = judge({ pools, config: state, pending: 0 });
    if (pools.length > 0) return { pools, verdict, config: state };
    const reasons = ['sync has stored no config yet', ...verdict.reasons];
    return { pools, verdict: { kind: 'working', reasons }, config: state };
  };
  return { mason, keepsSizes: true, overview, publish: (message) => topics.publish([message]) };
}
