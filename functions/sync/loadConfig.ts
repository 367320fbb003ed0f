import { isDeepStrictEqual } from 'node:util';

import { buildHash } from '../../shared/config/buildHash.ts';
import { formatFault } from '../../shared/config/fault.ts';
import { readConfig } from '../../shared/config/readConfig.ts';
import type { MasonConfig } from '../../shared/config/schema.ts';
import type { ConfigText } from '../../shared/config/source.ts';
import { MasonError } from '../../shared/errors.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { componentsOf } from '../../shared/mason/needs.ts';

/** What the last good text says: most ticks find it unchanged. */
const lastGood = new WeakMap<Mason, { readonly text: string; readonly types: readonly TypeRecord[] }>();

/**
 * Reads the config and stores it for the phases. A config with faults is refused whole: the last good one stays.
 * @throws MasonError CONFIG_INVALID with every fault and its place, CONFIG_UNREADABLE
 */
export async function loadConfig(mason: Mason): Promise<void> {
  const { ledger, config, log } = mason;
  const source = await config.read();
  const known = lastGood.get(mason);
  const types = known?.text === source.text ? known.types : readTypes(mason, source);
  lastGood.set(mason, { text: source.text, types });
  // Asked each time: another instance may have stored an older or a newer text meanwhile.
  if (isInForce(types, await ledger.configs.types())) return;
  await ledger.configs.store(types);
  log({
    severity: 'INFO',
    event: 'config-stored',
    message: `${source.file}: ${types.length} types are in force`,
  });
}

function readTypes({ known, log }: Mason, source: ConfigText): TypeRecord[] {
  const { config, faults } = readConfig(source, known);
  if (config === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').map(formatFault);
    throw new MasonError('CONFIG_INVALID', `${errors.join('\n')}\nThe last good config stays in force.`);
  }
  for (const fault of faults)
    log({ severity: 'WARNING', event: 'config-warning', message: formatFault(fault) });
  return typeRecordsOf(config);
}

export function typeRecordsOf({ resources }: MasonConfig): TypeRecord[] {
  const needing = resources.map(({ type, needs, managed, mason }) => ({
    type,
    needs: managed ? needs : {},
    paused: mason.paused,
  }));
  const components = componentsOf(needing);
  return resources.map((resource) => ({
    schema: 1,
    type: resource.type,
    hash: buildHash(resource),
    needs: resource.needs,
    config: resource.config,
    state: resource.state,
    size: resource.size,
    lifespanMs: resource.lifespanMs,
    managed: resource.managed,
    removed: false,
    settings: resource.mason,
    component: components.get(resource.type) ?? null,
  }));
}

/** The order of keys says nothing: a ledger need not keep it. */
function isInForce(wanted: readonly TypeRecord[], present: readonly TypeRecord[]): boolean {
  const living = new Map(present.filter(({ removed }) => !removed).map((record) => [record.type, record]));
  return (
    living.size === wanted.length &&
    wanted.every((record) => isDeepStrictEqual(living.get(record.type), record))
  );
}
