import { readConfig } from '../config/readConfig.ts';
import type { ConfigText } from '../config/source.ts';
import type { Mason } from '../mason/mason.ts';
import { planConfig } from '../plan/planConfig.ts';
import { systemClock } from './clock.ts';
import { openLedgerCopy } from './composeLocal.ts';
import { systemRandom } from './random.ts';
import type { PlanAnswer } from '../api/wire.ts';

export interface PlanParts extends Pick<Mason, 'ledger' | 'known'> {
  readonly keepsSizes: boolean;
}

/** What applying this config would do. */
export async function planText(
  { ledger, known, keepsSizes }: PlanParts,
  source: ConfigText,
): Promise<PlanAnswer> {
  const { config, faults } = readConfig(source, known);
  if (config === null) return { faults, plan: null };
  const plan = await planConfig({
    ledger,
    config,
    keepsSizes,
    openCopy: (contents) => openLedgerCopy(contents, { clock: systemClock, random: systemRandom }),
    now: () => systemClock.now(),
    newName: () => systemRandom.uuid(),
  });
  return { faults, plan };
}
