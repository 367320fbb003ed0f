import type { ResourceRecord } from '../../shared/ledger/records.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';

/** Everything that there is in a ledger at one moment. */
export interface Inventory {
  readonly types: readonly TypeRecord[];
  readonly records: readonly ResourceRecord[];
}

/** Why the pools are not at rest at their size, a line each; nothing if they are. */
export function unrest(
  { types, records }: Inventory,
  passOver: (record: ResourceRecord) => boolean = () => false,
): string[] {
  const lines: string[] = [];
  for (const { type, size, removed } of types) {
    const members = records.filter((record) => record.type === type);
    const min = size.kind === 'static' ? size.names.length : size.min;
    if (removed) lines.push(`${type} left the config and is still there`);
    else if (members.length < min) lines.push(`${type} has ${members.length} of ${min} members`);
  }
  const specs = new Map(types.map((spec) => [spec.type, spec]));
  for (const record of records.filter((one) => !passOver(one))) {
    if (!isAtRest(record)) lines.push(describe(record));
    else if (isUnwanted(record, specs.get(record.type))) lines.push(`${record.name} is not in the config`);
    else if (isOutdated(record, specs.get(record.type)))
      lines.push(`${record.name} is built from an old config`);
  }
  return lines;
}

function isUnwanted({ name, owner, heldBy }: ResourceRecord, spec: TypeRecord | undefined): boolean {
  if (owner !== '' || heldBy !== null) return false;
  return spec?.size.kind === 'static' && !spec.size.names.includes(name);
}

function isOutdated({ state, owner, work }: ResourceRecord, spec: TypeRecord | undefined): boolean {
  return spec?.managed === true && state === 'free' && owner === '' && work?.builtBy !== spec.hash;
}

function isAtRest({ state, owner, heldBy, work }: ResourceRecord): boolean {
  if (work?.phase != null) return false;
  return owner !== '' || state === 'free' || (heldBy !== null && state === heldBy);
}

/** A resource in one line, for the message of a failing test. */
export function describe({ name, state, owner, heldBy, work }: ResourceRecord): string {
  const facts = {
    state,
    owner,
    heldBy,
    phase: work?.phase,
    cycle: work?.cycle,
    dueAt: work?.dueAt,
    quarantine: work?.quarantine?.reason,
    lastError: work?.lastError?.message,
  };
  const told = Object.entries(facts).filter(([, value]) => value != null && value !== '');
  return `${name}: ${told.map(([key, value]) => `${key} ${value ?? ''}`).join(', ')}`;
}
