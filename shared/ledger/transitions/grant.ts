import { parse, stringify } from 'yaml';

import { LEASED_RESOURCES, STATE, type ResourceRecord, type UserData, type WorkRecord } from '../records.ts';
import type { Change } from './change.ts';
import { onward } from './settle.ts';
import { withWork, type Moment } from './work.ts';

/**
 * Leases all that a virtual resource needs and sends it to clean: one commit, so that it never holds a part.
 *
 * @param resources free unowned ones, exactly as many of each type as are needed
 */
export function grant(
  record: WorkRecord,
  resources: readonly ResourceRecord[],
  how: Moment & { readonly graceMs: number },
): Change {
  const leased = resources.map((physical) => ({
    ...physical,
    state: STATE.leased,
    owner: record.work.owner ?? '',
    heldBy: record.name,
    lastUpdate: how.at,
    expiration: null,
  }));
  const leases = resources.map(({ type, name, userData }) => ({ type, name, userData }));
  const userData =
    leases.length === 0
      ? record.userData
      : { ...record.userData, [LEASED_RESOURCES]: nameList(leases.map(({ name }) => name)) };
  const next = onward(
    withWork({ ...record, userData }, { leases }),
    { to: 'clean', graceMs: how.graceMs },
    how,
  );
  return { puts: [next.puts[0], ...leased], wakes: next.wakes, yields: [] };
}

/** The form in which the original writes it, and its clients parse it: a YAML list of strings. */
export const nameList = (names: readonly string[]): string =>
  names.length > 0 && names.every((name) => PLAIN.test(name))
    ? names.map((name) => `- ${name}\n`).join('')
    : stringify(names);

/**
 * Names that YAML takes for strings without quotes: those with a letter first or several hyphens are no numbers. Most
 * names are such, and the library needs longer for one than SQLite for its row.
 */
const PLAIN = /^(?:[a-z]|[a-z0-9]+-[a-z0-9]+-)[a-z0-9]*-[a-z0-9-]*[a-z0-9]$/;

/** Whether user data, which a user may have changed, still tells exactly these names, in any order and form. */
export function tellsNames(userData: UserData, names: readonly string[]): boolean {
  const told = userData[LEASED_RESOURCES];
  if (told === undefined) return names.length === 0;
  return told === nameList(names) || sorted(parsed(told)) === sorted(names);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

const sorted = (list: unknown): string =>
  JSON.stringify(Array.isArray(list) ? list.map(String).sort() : list);
