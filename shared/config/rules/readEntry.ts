import { error, pathTo, warning } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { BOSKOS_KEYS, MASON_KEYS } from '../schema.ts';
import { isNull, isZero, withEntries } from '../yaml/tree.ts';
import type { MapTree, ScalarTree, Tree } from '../yaml/tree.ts';
import { readKeys } from './readKeys.ts';

/** An entry of `resources` under its known keys, with its texts as texts. What is wrong inside is found later. */
export interface Entry {
  readonly tree: MapTree;
  readonly path: string;
}

/** Reads the keys of one entry, and numbers and truth values as the texts that Boskos makes of them. */
export function readEntry(read: MapTree, path: string): { entry: Entry; findings: Finding[] } {
  const findings: Finding[] = [];
  const top = readKeys(read, {
    path,
    boskos: BOSKOS_KEYS.entry,
    ours: ['mason'],
    required: ['type'],
    below: MASON_KEYS,
  });
  findings.push(...top.findings);

  const tree = mapValues(top.tree, path, (value, key, valuePath) => {
    const part = readPart(value, key, valuePath);
    findings.push(...part.findings);
    return part.tree;
  });
  return { entry: { tree, path }, findings };
}

interface Part {
  readonly tree: Tree;
  readonly findings: readonly Finding[];
}

function readPart(tree: Tree, key: string, path: string): Part {
  if (key === 'type' || key === 'state') return readText(tree, path);
  if (key === 'names' && tree.kind === 'list') {
    const parts = tree.items.map((item, index) => readText(item, pathTo(path, index)));
    return {
      tree: { ...tree, items: parts.map((part) => part.tree) },
      findings: parts.flatMap(({ findings }) => findings),
    };
  }
  if (tree.kind !== 'map') return { tree, findings: [] };
  if (key === 'needs') return readNeeds(tree, path);
  if (key === 'config') return readConfigPart(tree, path);
  return key === 'mason' ? readKeys(tree, { path, boskos: [], ours: MASON_KEYS }) : { tree, findings: [] };
}

function readConfigPart(config: MapTree, path: string): Part {
  const read = readKeys(config, { path, boskos: BOSKOS_KEYS.config, required: ['type'] });
  const findings = [...read.findings];
  const tree = mapValues(read.tree, path, (value, _, valuePath) => {
    const part = readText(value, valuePath);
    findings.push(...part.findings);
    return part.tree;
  });
  return { tree, findings };
}

/** Boskos reads a need without a number as 0. A need of 0 makes the original's fulfilment fail for ever. */
function readNeeds(needs: MapTree, path: string): Part {
  const idle = [...needs.entries].filter(([, { value }]) => isNull(value) || isZero(value));
  const findings = idle.map(([key, { keyAt }]) => {
    const problem = `the need of ${key} is 0, so it counts as left out`;
    return warning(keyAt, {
      path: pathTo(path, key),
      problem,
      cure: 'Give it a number above 0, or delete the line',
    });
  });
  const idleKeys = idle.map(([key]) => key);
  const tree = mapValues(needs, path, (value, key) => (idleKeys.includes(key) ? toZero(value) : value));
  return { tree, findings };
}

function toZero(tree: Tree): ScalarTree {
  return { kind: 'scalar', value: 0, text: '0', style: 'plain', at: tree.at, weight: 1, range: [0, 0] };
}

/**
 * Boskos takes numbers and truth values for texts, in its own spelling: 1.50 becomes "1.5", no becomes "false", 010
 * becomes "8". Where its spelling is the written one we follow it; where it isn't, nobody can have meant that.
 */
function readText(tree: Tree, path: string): Part {
  const isText = tree.kind !== 'scalar' || tree.value === null || typeof tree.value === 'string';
  if (isText) return { tree, findings: [] };
  const text: ScalarTree = { ...tree, value: tree.text };
  if (isSpeltAlike(tree.value, tree.text)) return { tree: text, findings: [] };
  const problem = `YAML reads ${tree.text} as ${readAs(tree.value, tree.text)}, not as a text`;
  return {
    tree: text,
    findings: [error(tree.at, { path, problem, cure: `Put it in quotes: ${JSON.stringify(tree.text)}` })],
  };
}

function readAs(value: number | boolean, text: string): string {
  if (typeof value === 'boolean') return `the truth value ${value}`;
  return String(value) === text || !Number.isSafeInteger(value * 1000) ? 'a number' : `the number ${value}`;
}

/** Go writes a fraction with the digits that 32 bits need, in powers of ten from the seventh on: 5 are safe. */
const SAFE_FRACTION = /^-?[0-9]{1,2}\.[0-9]{1,3}$/;

function isSpeltAlike(value: number | boolean, text: string): boolean {
  const isSafe = typeof value === 'boolean' || Number.isInteger(value) || SAFE_FRACTION.test(text);
  return isSafe && String(value) === text;
}

function mapValues(
  tree: MapTree,
  path: string,
  change: (value: Tree, key: string, path: string) => Tree,
): MapTree {
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { ...entry, value: change(entry.value, key, pathTo(path, key)) }] as const,
  );
  return withEntries(tree, entries);
}
