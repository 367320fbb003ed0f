import type * as z from 'zod';
import { valueFor } from './asWritten.ts';
import { error } from './fault.ts';
import type { Finding, Position } from './fault.ts';
import { schemaFindings } from './schemaFindings.ts';
import type { Locate } from './yaml/buildTree.ts';
import { positionsIn } from './yaml/positions.ts';
import { readYaml } from './yaml/readYaml.ts';
import type { MapTree, Tree } from './yaml/tree.ts';

/**
 * What a Masonable or a cleaner says of its settings: a zod schema of the parsed YAML. Its `.meta({ description, examples })`
 * continue the cure of a fault ("Write DESCRIPTION, like KEY: EXAMPLE"); an issue of its own may bring `params: { cure }`.
 * `asWritten: true` on a text keeps what looks like a number as it is written; `onePerNeed: true` on a mapping has its
 * lists compared with the needs.
 */
export type ContentSchema<T = unknown> = z.ZodType<T>;

/**
 * Reads a Masonable's content, as the check of the config has read it before: for config converters.
 * @returns the content as its schema makes it, or what is wrong, with the line and column in the content
 */
export function readContent<T>(text: string, schema: ContentSchema<T>): { content: T } | { problem: string } {
  const locate = positionsIn(text);
  const { value, findings } = checkContent({ text, schema, path: '', locate, at: locate(0) });
  const [first] = findings;
  if (!first) return { content: value as T };
  return { problem: `${first.line}:${first.column}: ${first.problem}. ${first.cure}` };
}

interface Content {
  readonly text: string;
  readonly schema: ContentSchema;
  readonly path: string;
  /** Where an offset of the content is in the file. */
  readonly locate: Locate;
  /** Where the content is, for what is missing from an empty one. */
  readonly at: Position;
}

/**
 * Checks a content against its schema. No content at all is the same as an empty mapping.
 * @returns `tree`: the content as it was read, if it is YAML
 */
export function checkContent({ text, schema, path, locate, at }: Content): {
  value?: unknown;
  tree?: Tree;
  findings: Finding[];
} {
  const yaml = readYaml(text, locate);
  const findings = yaml.findings.map((finding) => ({ ...finding, path: joinPaths(path, finding.path) }));
  if (findings.length > 0) return { findings };
  const tree = yaml.tree ?? emptyMap(at);
  return { ...checkTree({ tree, schema, path }), tree };
}

/** Checks a value that has been read against the schema of a content. */
export function checkTree(part: { tree: Tree; schema: ContentSchema; path: string }): {
  value?: unknown;
  findings: Finding[];
} {
  const { tree, schema, path } = part;
  try {
    const checked = schema.safeParse(valueFor(tree, schema));
    return checked.success
      ? { value: checked.data, findings: [] }
      : { findings: schemaFindings(part, checked.error) };
  } catch (cause) {
    // A check that some deployment brings with its Masonable; its bug must not hide the other faults.
    const problem = `the check of this content broke: ${cause instanceof Error ? cause.message : String(cause)}`;
    return {
      findings: [error(tree.at, { path, problem, cure: 'Mend the schema of the Masonable or cleaner' })],
    };
  }
}

function emptyMap(at: Position): MapTree {
  return { kind: 'map', entries: new Map(), at, weight: 1 };
}

function joinPaths(outer: string, inner: string): string {
  return inner === '' || outer === '' || inner.startsWith('[') ? outer + inner : `${outer}.${inner}`;
}
