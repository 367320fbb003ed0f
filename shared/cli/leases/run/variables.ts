import type { UserData } from '../../../ledger/records.ts';

const PREFIX = 'MASON_DATA_';
/** The variable that names the file with all of them. */
const FILE = 'FILE';
/** Bytes: Linux takes a string of an environment up to 128 KiB (MAX_ARG_STRLEN), name and all. */
const LONGEST = 120_000;

export interface Variables {
  readonly variables: Readonly<Record<string, string>>;
  /** Why an entry stands in the file alone, for each that does. */
  readonly leftOut: readonly string[];
}

/**
 * Each entry of user data as an environment variable: `kube-config` is MASON_DATA_KUBE_CONFIG. Where two would share a
 * name, neither has it, for nobody could know which he reads.
 */
export function dataVariables(userData: UserData): Variables {
  const byName = Map.groupBy(Object.keys(userData), nameOf);
  const variables: Record<string, string> = {};
  const leftOut: string[] = [];
  for (const [name, keys] of byName) {
    const value = userData[keys[0] ?? ''] ?? '';
    const reason = reasonAgainst(name, keys, value);
    if (reason === null) variables[`${PREFIX}${name}`] = value;
    else leftOut.push(`${keys.join(' and ')} ${reason}`);
  }
  return { variables, leftOut };
}

/** What of an environment is not of another resource, in whose `mason run` this one is. */
export const withoutData = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith(PREFIX)));

const nameOf = (key: string): string => key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

function reasonAgainst(name: string, keys: readonly string[], value: string): string | null {
  if (name === FILE) return `would take the place of ${PREFIX}${FILE}`;
  if (keys.length > 1) return `would share the variable ${PREFIX}${name}`;
  if (value.includes('\0')) return 'has a NUL in it, which no variable can';
  return Buffer.byteLength(value) > LONGEST ? 'is too long for a variable' : null;
}
