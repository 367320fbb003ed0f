import { error, pathTo, warning } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { listed, nearest } from '../nearest.ts';
import { isNull, withEntries } from '../yaml/tree.ts';
import type { MapEntry, MapTree } from '../yaml/tree.ts';

interface Keys {
  readonly path: string;
  /** Keys that a Boskos server reads too: Go's JSON matches them in any case. */
  readonly boskos: readonly string[];
  /** Keys that only we read, exactly as they are. */
  readonly ours?: readonly string[];
  /** Keys that stay without a value, for the schema to say so. */
  readonly required?: readonly string[];
  /** Keys of the `mason:` below, which are often put one level too high. */
  readonly below?: readonly string[];
}

/**
 * The entries of a mapping under the keys that they are read as. A slip of the pen is an error, since it would be read
 * over; any other unknown key is a warning, since a Boskos server reads over it too. What has no value is left out.
 */
export function readKeys(tree: MapTree, keys: Keys): { tree: MapTree; findings: Finding[] } {
  const findings: Finding[] = [];
  const entries = new Map<string, MapEntry>();
  for (const [written, entry] of tree.entries) {
    const isTaken = (key: string) => tree.entries.has(key) || entries.has(key);
    const read = readKey({ written, entry, isTaken, keys });
    findings.push(...read.findings);
    if (read.key !== null && !isLeftOut(read.key, entry, keys)) entries.set(read.key, entry);
  }
  return { tree: withEntries(tree, entries), findings };
}

interface Written {
  readonly written: string;
  readonly entry: MapEntry;
  /** Another key is read as this one. */
  readonly isTaken: (key: string) => boolean;
  readonly keys: Keys;
}

interface Read {
  /** The known key that the written one is read as, or null. */
  readonly key: string | null;
  readonly findings: Finding[];
}

function readKey(key: Written): Read {
  const { written, entry, keys } = key;
  if (!knownOf(keys).includes(written)) return readUnknownKey(key);
  if (!isLeftOut(written, entry, keys)) return { key: written, findings: [] };
  const problem = `${written} has no value, so it counts as left out`;
  const said = { path: pathTo(keys.path, written), problem, cure: 'Give it a value, or delete the line' };
  return { key: written, findings: [warning(entry.keyAt, said)] };
}

function knownOf({ boskos, ours = [] }: Keys): readonly string[] {
  return [...boskos, ...ours];
}

function isLeftOut(key: string, { value }: MapEntry, { required = [] }: Keys): boolean {
  return isNull(value) && !required.includes(key);
}

function readUnknownKey(key: Written): Read {
  const { written, entry, keys } = key;
  const near = nearest(written, knownOf(keys));
  if (near) return readNearKey(key, near);
  const path = pathTo(keys.path, written);
  const problem = `${written} is not a known key here`;
  const below = nearest(written, keys.below ?? []);
  const finding = below
    ? error(entry.keyAt, { path, problem, cure: `Move it below mason: as ${below}` })
    : warning(entry.keyAt, {
        path,
        problem: `${problem} and is read over`,
        cure: `Delete it; known are ${listed(knownOf(keys))}`,
      });
  return { key: null, findings: [finding] };
}

/** A slip is read as what was meant, lest one slip bring several faults. */
function readNearKey({ written, entry: { keyAt }, isTaken, keys }: Written, near: string): Read {
  const path = pathTo(keys.path, written);
  const isSameToBoskos = near === written.toLowerCase() && keys.boskos.includes(near);
  const key = isTaken(near) ? null : near;
  if (!isSameToBoskos) {
    const said = { path, problem: `${written} is not a known key here`, cure: `Did you mean ${near}?` };
    return { key, findings: [error(keyAt, said)] };
  }
  const finding = key
    ? warning(keyAt, { path, problem: `${written} is read as ${near}`, cure: `Write ${near}` })
    : error(keyAt, {
        path,
        problem: `a Boskos server reads ${written} as a second ${near}`,
        cure: 'Delete one of them',
      });
  return { key, findings: [finding] };
}
