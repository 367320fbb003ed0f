import { formatFault, type Fault } from '../config/fault.ts';
import { readConfig } from '../config/readConfig.ts';
import { ERRORS } from '../errors.ts';
import { openLocalRegistry } from '../local/openLocalRegistry.ts';
import { openFileSource } from '../runtime/compose.ts';
import type { Io } from './io.ts';
import { knownContents } from './knownContents.ts';

/**
 * Says everything that is wrong with a config file.
 * @returns the exit code: warnings let it through
 * @throws MasonError CONFIG_UNREADABLE, MODULE_INVALID, MASONABLE_DUPLICATE
 */
export async function check(io: Io, { file, json }: { file: string; json: boolean }): Promise<number> {
  const registry = await openLocalRegistry(io.environment, io.directory);
  const known = knownContents(registry, io);
  const { config, faults } = readConfig(await openFileSource(file).read(), known);
  if (json) io.out(`${JSON.stringify({ file, good: config !== null, faults }, null, 2)}\n`);
  else print(io, { file, faults, types: config?.resources.length ?? null });
  return config === null ? ERRORS.CONFIG_INVALID.exit : 0;
}

interface Checked {
  readonly file: string;
  readonly faults: readonly Fault[];
  /** Null: it is refused. */
  readonly types: number | null;
}

function print(io: Io, { file, faults, types }: Checked): void {
  for (const fault of faults) io.err(`${formatFault(fault)}\n`);
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  const counts = [counted(errors, 'error'), counted(faults.length - errors, 'warning')]
    .filter(Boolean)
    .join(', ');
  if (types === null) io.err(`${file}: ${counts}\n`);
  else io.out(`${file} is good: ${counted(types, 'type')}${counts && `, ${counts}`}\n`);
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
