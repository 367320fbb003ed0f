import { forEachAlone } from '../../shared/mason/forEachAlone.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';
import { publishAll } from '../../shared/mason/publishAll.ts';

/** Names that one line of the log lists. */
const NAMES_LISTED = 10;

/**
 * Keeps every pool at its size, ends lifespans, and sends dirty and outdated members on their way. Pools are isolated:
 * a fault in one never stops the others.
 */
export async function tendPools(mason: Mason): Promise<void> {
  const types = await mason.ledger.configs.types();
  await forEachAlone(types, mason.boskos.poolsAtOnce, (spec) => tendPool(mason, spec));
}

async function tendPool({ boskos, engine, log }: Mason, { type, managed }: TypeRecord): Promise<void> {
  const { made, dropped, expired, reaped, doomed } = await boskos.tend(type);
  for (const [event, names] of Object.entries({ made, dropped, expired, reaped })) {
    if (names.length > 0)
      log({ severity: 'INFO', event, message: `${type}: ${event} ${listed(names)}`, type });
  }
  await engine.publish(doomed);
  if (!managed) return;
  await publishAll(engine, (limit) => boskos.takeDirty(type, limit));
  await publishAll(engine, (limit) => boskos.takeOutdated(type, limit));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_LISTED;
  return names.slice(0, NAMES_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
