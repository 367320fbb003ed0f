import { isAlias, isMap, isNode, isScalar, isSeq, Scalar } from 'yaml';
import type { Alias, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { error, pathTo } from '../fault.ts';
import type { Finding, Position, Said } from '../fault.ts';
import { resolvePlain } from './plainScalar.ts';
import type { ScalarValue } from './plainScalar.ts';
import type { ListTree, MapEntry, MapTree, ScalarStyle, ScalarTree, Tree } from './tree.ts';

export type Locate = (offset: number) => Position;

/** Makes a tree of the YAML library's nodes, and finds what is legal for the library but not in a config. */
export function buildTree(root: Node | null, source: Source): { tree: Tree; findings: readonly Finding[] } {
  const build: Build = { ...source, anchors: new Map(), nodesFromAliases: 0, findings: [] };
  return { tree: readNode(root, { path: '', depth: 0 }, build), findings: build.findings };
}

interface Source {
  readonly text: string;
  readonly locate: Locate;
}

interface Build extends Source {
  readonly anchors: Map<string, Tree>;
  nodesFromAliases: number;
  readonly findings: Finding[];
}

interface Where {
  readonly path: string;
  readonly depth: number;
}

/** Far beyond any config, and far below what would overflow the stack of whatever walks the tree. */
const DEEPEST = 100;
/** A file of ten short lines can stand for a thousand million nodes ("billion laughs"). */
const MOST_NODES_FROM_ALIASES = 100_000;

function readNode(node: unknown, where: Where, build: Build): Tree {
  if (isAlias(node)) return readAlias(node, where, build);
  if (where.depth > DEEPEST) return refuse(node as Node, build, tooDeep(where));
  const tree = readContent(node, where, build);
  if (isNode(node) && 'anchor' in node && node.anchor) build.anchors.set(node.anchor, tree);
  return tree;
}

function readContent(node: unknown, where: Where, build: Build): Tree {
  if (isMap(node)) return readMap(node, where, build);
  if (isSeq(node)) return readList(node, where, build);
  return readScalar(isScalar(node) ? node : new Scalar(null), where, build);
}

function tooDeep({ path }: Where): Said {
  return {
    path,
    problem: `lists and mappings stand more than ${DEEPEST} deep in each other`,
    cure: 'Flatten them',
  };
}

/** Notes an error at a node and puts an empty value in its place. */
function refuse(node: Node, build: Build, said: Said): ScalarTree {
  const at = startOf(node, build);
  build.findings.push(error(at, said));
  return unread(at);
}

function unread(at: Position): ScalarTree {
  return { kind: 'scalar', value: null, text: '', style: 'unread', at, weight: 1, range: [0, 0] };
}

function startOf(node: unknown, build: Build): Position {
  const range = isNode(node) ? node.range : null;
  return build.locate(range?.[0] ?? 0);
}

/** An anchor is known from its end on, so an alias inside its own anchor finds nothing and can't recur for ever. */
function readAlias(alias: Alias, { path }: Where, build: Build): Tree {
  const tree = build.anchors.get(alias.source);
  if (!tree) {
    const problem = `the alias *${alias.source} has no anchor &${alias.source} that ends before it`;
    return refuse(alias, build, {
      path,
      problem,
      cure: `Write &${alias.source} before the value that is meant`,
    });
  }
  const before = build.nodesFromAliases;
  build.nodesFromAliases += tree.weight;
  if (before > MOST_NODES_FROM_ALIASES) return unread(startOf(alias, build));
  if (build.nodesFromAliases > MOST_NODES_FROM_ALIASES) {
    const problem = `the aliases of this file stand for more than ${MOST_NODES_FROM_ALIASES} values`;
    return refuse(alias, build, { path, problem, cure: 'Use fewer aliases of aliases' });
  }
  return tree;
}

function readScalar(node: Scalar, where: Where, build: Build): ScalarTree {
  const text = node.source ?? '';
  const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
  const [from, to] = node.range ?? [0, 0];
  const value = readTagged(node, { where, build, untagged: style === 'plain' ? resolvePlain(text) : text });
  return { kind: 'scalar', value, text, style, at: build.locate(from), weight: 1, range: [from, to] };
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

const CORE_TAG = 'tag:yaml.org,2002:';
const RESOLVED_TAGS = ['int', 'float', 'bool', 'null'].map((name) => CORE_TAG + name);

function readTagged(node: Scalar, input: { where: Where; build: Build; untagged: ScalarValue }): ScalarValue {
  const { where, build, untagged } = input;
  if (node.tag === undefined) return untagged;
  if (node.tag === '!' || node.tag === `${CORE_TAG}str`) return node.source ?? '';
  if (RESOLVED_TAGS.includes(node.tag)) return untagged;
  refuseTag(node, where, build);
  return untagged;
}

/** A Boskos server reads over unknown tags and decodes !!binary; nobody writes either in a config on purpose. */
function refuseTag(node: Node & { tag?: string }, { path }: Where, build: Build): void {
  const tag = (node.tag ?? '').replace(CORE_TAG, '!!');
  refuse(node, build, { path, problem: `the tag ${tag} has no meaning in a config`, cure: `Delete ${tag}` });
}

function readList(node: YAMLSeq, where: Where, build: Build): ListTree {
  if (node.tag !== undefined && node.tag !== `${CORE_TAG}seq`) refuseTag(node, where, build);
  const items = node.items.map((item, index) =>
    readNode(item, { path: pathTo(where.path, index), depth: where.depth + 1 }, build),
  );
  return { kind: 'list', items, at: startOf(node, build), weight: weigh(items) };
}

function readMap(node: YAMLMap, where: Where, build: Build): MapTree {
  if (node.tag !== undefined && node.tag !== `${CORE_TAG}map`) refuseTag(node, where, build);
  const own = new Map<string, MapEntry>();
  const merged: MapTree[] = [];
  for (const pair of node.items) {
    const key = readKey(pair, where, build);
    if (key === null) continue;
    const keyAt = startOf(pair.key, build);
    const path = pathTo(where.path, key);
    const value = readNode(pair.value, { path, depth: where.depth + 1 }, build);
    const first = own.get(key);
    if (isMergeKey(pair)) merged.push(...readMerge(value, { path, keyAt }, build));
    else if (first) build.findings.push(error(keyAt, saidTwice({ path, key, first: first.keyAt.line })));
    else own.set(key, { keyAt, value });
  }
  // YAML 1.1's merge: what the mapping says itself wins, then the first of the merged ones.
  for (const [key, entry] of merged.flatMap(({ entries }) => [...entries]))
    if (!own.has(key)) own.set(key, entry);
  const values = [...own.values()].map(({ value }) => value);
  return { kind: 'map', entries: own, at: startOf(node, build), weight: weigh(values) };
}

function weigh(children: readonly Tree[]): number {
  return children.reduce((sum, { weight }) => sum + weight, 1);
}

function saidTwice({ path, key, first }: { path: string; key: string; first: number }): Said {
  const problem = `${key} stands twice in one mapping, first in line ${first}; a Boskos server would take the last`;
  return { path, problem, cure: 'Delete one of them' };
}

function readKey(pair: Pair, where: Where, build: Build): string | null {
  const key = readNode(pair.key, { ...where, depth: where.depth + 1 }, build);
  if (key.kind === 'scalar' && key.value !== null) return key.text;
  const problem =
    key.kind === 'scalar' ? 'a value has no key before its colon' : `a ${key.kind} is used as a key`;
  const at = key.kind === 'scalar' ? findColon(pair, build) : key.at;
  build.findings.push(error(at, { path: where.path, problem, cure: 'Write a word before the colon' }));
  return null;
}

/** The library places an empty key before the blanks that its line begins with. */
function findColon({ key }: Pair, { text, locate }: Build): Position {
  const from = (isNode(key) ? key.range?.[0] : null) ?? 0;
  return locate(from + (/^ */.exec(text.slice(from))?.[0].length ?? 0));
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
}

function readMerge(value: Tree, { path, keyAt }: { path: string; keyAt: Position }, build: Build): MapTree[] {
  const parts = value.kind === 'list' ? value.items : [value];
  const maps = parts.filter((part) => part.kind === 'map');
  if (maps.length < parts.length) {
    const problem = 'the merge key << wants a mapping, or a list of mappings';
    build.findings.push(
      error(keyAt, { path, problem, cure: 'Write the alias of a mapping, like <<: *defaults' }),
    );
  }
  return maps;
}
