import { isDeepStrictEqual } from 'node:util';

import { formatFault } from '../../shared/config/fault.ts';
import type { MasonConfig } from '../../shared/config/schema.ts';
import type { ConfigText } from '../../shared/config/source.ts';
import { MasonError } from '../../shared/errors.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { typeRecordsOf } from '../../shared/mason/typeRecordsOf.ts';

interface Good {
  readonly source: ConfigText;
  readonly config: MasonConfig;
}

/** What the last good text says: most ticks find it unchanged. */
const lastGood = new WeakMap<Mason, Good>();

/**
 * Reads the config and stores it for the phases. A config with faults is refused whole: the last good one stays.
 * @throws MasonError CONFIG_INVALID with every fault and its place, CONFIG_UNREADABLE
 */
export async function loadConfig(mason: Mason): Promise<void> {
  const { ledger, log } = mason;
  const good = await readGood(mason, lastGood.get(mason) ?? null);
  lastGood.set(mason, good);
  // Asked each time: another instance may have stored an older or a newer text meanwhile, and a person may have paused a type.
  const present = await ledger.configs.types();
  const types = typeRecordsOf(good.config, present);
  if (isInForce(types, present)) return;
  await ledger.configs.store(types);
  log({
    severity: 'INFO',
    event: 'config-stored',
    message: `${good.source.file}: ${types.length} types are in force`,
  });
}

async function readGood(mason: Mason, known: Good | null): Promise<Good> {
  const source = await mason.config.read(known?.source.validator ?? null);
  if (source !== 'unchanged')
    return {
      source,
      config: known?.source.text === source.text ? known.config : await readGoodConfig(mason, source),
    };
  if (known !== null) return known;
  throw new MasonError('CONFIG_UNREADABLE', 'the config is said to be unchanged, but was never read');
}

async function readGoodConfig({ known, log }: Mason, source: ConfigText): Promise<MasonConfig> {
  // Only sync needs it: the cold start of all others is the shorter without.
  const { readConfig } = await import('../../shared/config/readConfig.ts');
  const { config, faults } = readConfig(source, known);
  if (config === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').map(formatFault);
    throw new MasonError('CONFIG_INVALID', `${errors.join('\n')}\nThe last good config stays in force.`);
  }
  for (const fault of faults)
    log({ severity: 'WARNING', event: 'config-warning', message: formatFault(fault) });
  return config;
}

/** The order of keys says nothing: a ledger need not keep it. */
function isInForce(wanted: readonly TypeRecord[], present: readonly TypeRecord[]): boolean {
  const living = new Map(present.filter(({ removed }) => !removed).map((record) => [record.type, record]));
  return (
    living.size === wanted.length &&
    wanted.every((record) => isDeepStrictEqual(living.get(record.type), record))
  );
}
