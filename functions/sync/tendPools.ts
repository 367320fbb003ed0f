import type { Mason } from '../../shared/mason/mason.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';

/** Members taken of one type in one tick: the rest comes with the next. */
const TAKE_LIMIT = 500;

/**
 * Keeps every pool at its size, ends lifespans, and sends dirty and outdated members on their way. Pools are isolated:
 * a fault in one never stops the others.
 */
export async function tendPools(mason: Mason): Promise<void> {
  const errors: unknown[] = [];
  for (const spec of await mason.ledger.configs.types()) {
    try {
      await tendPool(mason, spec);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
}

async function tendPool({ boskos, engine, log }: Mason, { type, managed }: TypeRecord): Promise<void> {
  const change = await boskos.tend(type);
  for (const [what, names] of Object.entries({
    made: change.made,
    dropped: change.dropped,
    expired: change.expired,
    reaped: change.reaped,
  })) {
    if (names.length > 0)
      log({ severity: 'INFO', event: what, message: `${type}: ${what} ${names.join(', ')}`, type });
  }
  await engine.publish(change.doomed);
  if (!managed) return;
  await engine.publish(await boskos.takeDirty(type, TAKE_LIMIT));
  await engine.publish(await boskos.takeOutdated(type, TAKE_LIMIT));
}
