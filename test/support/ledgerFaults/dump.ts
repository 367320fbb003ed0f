import { z } from 'zod';

/** Of a query without a kind; an answer without a document says that there is none. */
const foundSchema = z.array(
  z.object({
    document: z.object({ name: z.string(), fields: z.record(z.string(), z.unknown()) }).optional(),
  }),
);
const EVERYTHING = JSON.stringify({ structuredQuery: { from: [{ allDescendants: true }] } });

/** Asked past every client of ours, and by another protocol. */
const OWNER = { authorization: 'Bearer owner', 'content-type': 'application/json' };

/**
 * Every document of a project, a line each, with what differs from run to run left out: the times and the random cursors.
 * Of the commits that a document remembers only their number is left: one that was written twice shows.
 */
export async function dumpOf(emulator: string, projectId: string): Promise<string> {
  const root = `http://${emulator}/v1/projects/${projectId}/databases/(default)/documents`;
  const answer = await fetch(`${root}:runQuery`, { method: 'POST', headers: OWNER, body: EVERYTHING });
  return foundSchema
    .parse(await answer.json())
    .flatMap(({ document }) => (document === undefined ? [] : [lineOf(document)]))
    .sort()
    .join('\n');
}

const commitsSchema = z.object({ arrayValue: z.object({ values: z.array(z.unknown()) }) });

function lineOf({
  name,
  fields,
}: {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}): string {
  const commits = commitsSchema.parse(fields['commits']).arrayValue.values.length;
  return `${name.slice(name.indexOf('/documents/'))} ${timeless({ ...fields, commits })}`;
}

/** As text, without what differs from run to run. */
export function timeless(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (RANDOM_KEYS.includes(key) ? key : part))
    .replaceAll(MILLISECONDS, 'MS')
    .replaceAll(STORED, 'MS')
    .replaceAll(TURN, 'TURN/')
    .replaceAll(DATE, 'DATE');
}

const RANDOM_KEYS = ['rand', 'keptRand', 'waitedMs'];
/** Since the epoch. */
const MILLISECONDS = /\b1[6-9]\d{11}(\.\d+)?\b/g;
/** A whole number is stored otherwise. */
const STORED = /\{"doubleValue":MS\}|\{"integerValue":"MS"\}/g;
const TURN = /\b\d{17}\//g;
const DATE = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
