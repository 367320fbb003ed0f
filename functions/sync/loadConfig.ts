import { buildHash } from '../../shared/config/buildHash.ts';
import { formatFault } from '../../shared/config/fault.ts';
import { readConfig } from '../../shared/config/readConfig.ts';
import type { MasonConfig } from '../../shared/config/schema.ts';
import { MasonError } from '../../shared/errors.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';
import type { ConfigText } from '../../shared/config/source.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { componentsOf } from '../../shared/mason/needs.ts';

/** The last text that was found good and is stored: most ticks find it unchanged. */
const stored = new WeakMap<Mason['ledger'], ConfigText>();

/**
 * Reads the config and stores it for the phases. A config with faults is refused whole: the last good one stays.
 * @throws MasonError CONFIG_INVALID with every fault and its place, CONFIG_UNREADABLE
 */
export async function loadConfig({ ledger, config, known, log }: Mason): Promise<void> {
  const source = await config.read();
  if (stored.get(ledger)?.text === source.text) return;
  const { config: parsed, faults } = readConfig(source, known);
  if (parsed === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').map(formatFault);
    throw new MasonError('CONFIG_INVALID', `${errors.join('\n')}\nThe last good config stays in force.`);
  }
  for (const fault of faults)
    log({ severity: 'WARNING', event: 'config-warning', message: formatFault(fault) });
  const types = typeRecordsOf(parsed);
  if (differs(types, await ledger.configs.types())) {
    await ledger.configs.store(types);
    log({
      severity: 'INFO',
      event: 'config-stored',
      message: `${source.file}: ${types.length} types are in force`,
    });
  }
  stored.set(ledger, source);
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

function differs(wanted: readonly TypeRecord[], present: readonly TypeRecord[]): boolean {
  const living = new Map(
    present.filter(({ removed }) => !removed).map((record) => [record.type, JSON.stringify(record)]),
  );
  return (
    living.size !== wanted.length ||
    wanted.some((record) => living.get(record.type) !== JSON.stringify(record))
  );
}
