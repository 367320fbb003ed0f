import type { ContentSchema } from './content.ts';
import { error, inOrder, pathTo } from './fault.ts';
import type { Fault, Finding } from './fault.ts';
import { checkBuilder } from './rules/checkBuilder.ts';
import { checkJanitor, cleanerSettings, type Cleaners } from './rules/checkJanitor.ts';
import { checkMason } from './rules/checkMason.ts';
import { checkNames } from './rules/checkNames.ts';
import { checkNeeds } from './rules/checkNeeds.ts';
import { checkSizes } from './rules/checkSizes.ts';
import { checkTypes } from './rules/checkTypes.ts';
import { draftOf } from './rules/draft.ts';
import type { Draft } from './rules/draft.ts';
import { readEntry } from './rules/readEntry.ts';
import type { Entry } from './rules/readEntry.ts';
import { readKeys } from './rules/readKeys.ts';
import { BOSKOS_KEYS, resourceEntry } from './schema.ts';
import type { MasonConfig, ResourceEntry } from './schema.ts';
import { describeTree, schemaFindings } from './schemaFindings.ts';
import { toResources } from './toResources.ts';
import type { Locate } from './yaml/buildTree.ts';
import { positionsIn } from './yaml/positions.ts';
import { readYaml } from './yaml/readYaml.ts';
import { isNull, toValue } from './yaml/tree.ts';
import type { ListTree, Tree } from './yaml/tree.ts';

/** What is registered in this deployment: the schema of each Masonable's content and of each cleaner's settings. */
export interface KnownContents {
  readonly masonables: ReadonlyMap<string, ContentSchema>;
  readonly cleaners: ReadonlyMap<string, ContentSchema>;
  /**
   * Whether the resources are another Boskos's, in which they begin as its config says. On the ledger of one's own none
   * begins as free that is to be built. Default: no.
   */
  readonly borrows?: boolean;
}

/**
 * Reads and checks a config file. Throws on no text.
 * @param source the file's text and the name that the faults shall call it by
 * @returns the config, or null if there is an error; every fault, by position, each once
 */
export function readConfig(
  source: { text: string; file: string },
  known: KnownContents,
): { config: MasonConfig | null; faults: readonly Fault[] } {
  const text = source.text.replace(/^\ufeff/, '');
  const { entries, findings } = checkText(text, known);
  const faults = inOrder(findings).map((finding) => ({ ...finding, file: source.file }));
  const isGood = faults.every(({ severity }) => severity !== 'error');
  return { config: isGood ? { resources: toResources(entries, known.masonables) } : null, faults };
}

interface Checked {
  /** The entries that satisfy the schema. */
  readonly entries: readonly ResourceEntry[];
  readonly findings: readonly Finding[];
}

function checkText(text: string, known: KnownContents): Checked {
  const locate = positionsIn(text);
  const yaml = readYaml(text, locate);
  if (!yaml.tree)
    return { entries: [], findings: yaml.findings.length > 0 ? yaml.findings : [sayEmpty(locate)] };
  const { list, findings } = readFile(yaml.tree);
  if (!list) return { entries: [], findings: [...yaml.findings, ...findings] };
  const checked = checkList(list, { text, locate, known });
  return {
    entries: checked.entries,
    findings: withoutEchoes(yaml.findings, [...findings, ...checked.findings]),
  };
}

/** What could not be read stands as something else for what follows, which is no second fault of the same value. */
function withoutEchoes(reading: readonly Finding[], later: readonly Finding[]): Finding[] {
  const keyOf = ({ severity, line, column, path }: Finding) => [severity, line, column, path].join(' ');
  const said = new Set(reading.map(keyOf));
  return [...reading, ...later.filter((finding) => !said.has(keyOf(finding)))];
}

const ENTRY_EXAMPLE = '- {type: gce-project, names: [project-1]}';
const FIRST_LINES = `Write resources: and below it a list, like ${ENTRY_EXAMPLE}`;

function sayEmpty(locate: Locate): Finding {
  return error(locate(0), { path: '', problem: 'the file is empty', cure: FIRST_LINES });
}

/** The list of resources, or null with the reason. */
function readFile(tree: Tree): { list: ListTree | null; findings: Finding[] } {
  if (tree.kind !== 'map') {
    const problem = `the file is ${describeTree(tree)}, not a mapping with the key resources`;
    return { list: null, findings: [error(tree.at, { path: '', problem, cure: FIRST_LINES })] };
  }
  const { tree: file, findings } = readKeys(tree, {
    path: '',
    boskos: BOSKOS_KEYS.file,
    required: ['resources'],
  });
  const resources = file.entries.get('resources')?.value;
  if (resources?.kind === 'list' && resources.items.length > 0) return { list: resources, findings };
  const hasNone = !resources || resources.kind === 'list' || isNull(resources);
  const problem = hasNone
    ? 'no resource is configured'
    : `resources is ${describeTree(resources)}, not a list`;
  const fault = error(resources?.at ?? tree.at, { path: 'resources', problem, cure: FIRST_LINES });
  return { list: null, findings: [...findings, fault] };
}

interface Source {
  readonly text: string;
  readonly locate: Locate;
  readonly known: KnownContents;
}

function checkList(list: ListTree, source: Source): Checked {
  const read = list.items.map((item, index) => readItem(item, pathTo('resources', index)));
  const entries = read.flatMap(({ entry }) => entry ?? []);
  const parsed = entries.map((entry) => parseEntry(entry, source.known.cleaners));
  const drafts = entries.map(draftOf);
  const reading = read.flatMap(({ findings }) => findings);
  const checks = [...parsed.flatMap(({ findings }) => findings), ...checkRules(drafts, source)];
  return {
    entries: parsed.flatMap(({ resource }) => resource ?? []),
    findings: withoutEchoes(reading, checks),
  };
}

function readItem(item: Tree, path: string): { entry: Entry | null; findings: Finding[] } {
  if (item.kind === 'map') return readEntry(item, path);
  const problem = `${path} is ${describeTree(item)}, not a mapping with the key type`;
  const cure = isNull(item)
    ? 'Delete it, or write type: and what belongs to it'
    : `Write a mapping, like ${ENTRY_EXAMPLE}`;
  return { entry: null, findings: [error(item.at, { path, problem, cure })] };
}

function parseEntry(
  { tree, path }: Entry,
  cleaners: Cleaners,
): { resource: ResourceEntry | null; findings: Finding[] } {
  const parsed = resourceEntry.safeParse(toValue(tree));
  if (parsed.success)
    return { resource: withSettings(parsed.data, cleanerSettings(tree, cleaners)), findings: [] };
  return { resource: null, findings: schemaFindings({ schema: resourceEntry, tree, path }, parsed.error) };
}

/** The plain value of a number has lost what a cleaner may want as it is written. */
function withSettings(resource: ResourceEntry, settings: unknown): ResourceEntry {
  const { janitor } = resource.mason;
  if (janitor === null || typeof settings !== 'object') return resource;
  return { ...resource, mason: { ...resource.mason, janitor: { ...janitor, ...settings } } };
}

function checkRules(drafts: readonly Draft[], { text, locate, known }: Source): Finding[] {
  const { masonables, cleaners, borrows = false } = known;
  return [
    ...checkTypes(drafts),
    ...checkNames(drafts),
    ...checkNeeds(drafts),
    ...drafts.flatMap((draft) => [
      ...checkSizes(draft),
      ...checkBuilder(draft, { text, locate, masonables, borrows }),
      ...checkMason(draft),
      ...checkJanitor(draft, cleaners),
    ]),
  ];
}
