import { INDEXES, nameOf } from '../../support/firestoreIndexes.ts';
import type { DocumentWrite } from './recorder.ts';

/** An entry that a write put into an index whose values rise with time. */
export interface RisingEntry {
  /** `COLLECTION(FIELD,…)`. */
  readonly index: string;
  /** Where in the index: what stands before the rising value. Two places are two hot spots. */
  readonly place: string;
}

interface Index {
  readonly name: string;
  readonly fields: readonly string[];
}

const indexesOf = new Map<string, readonly Index[]>(
  Object.entries(INDEXES).map(([collection, { single, composite }]) => [
    collection,
    [...single.map((field) => [field]), ...composite].map((fields) => ({
      name: nameOf(collection, fields),
      fields,
    })),
  ]),
);

/** What the deployed indexes (infra/firestore.json) get of one write at the end of what they have already. */
export function risingEntries({ collection, before, after }: DocumentWrite): readonly RisingEntry[] {
  return (indexesOf.get(collection) ?? []).flatMap(({ name, fields }) => {
    const [were, are] = [entryOf(before, fields), entryOf(after, fields)];
    if (are === null || !isRising(are.at(-1))) return [];
    if (JSON.stringify(were) === JSON.stringify(are)) return [];
    return [{ index: name, place: JSON.stringify(are.slice(0, -1)) }];
  });
}

/** @returns null: a document without one of the fields is not in the index */
function entryOf(document: DocumentWrite['after'], fields: readonly string[]): readonly unknown[] | null {
  const values = fields.map((field) => document?.[field]);
  return values.includes(undefined) ? null : values;
}

/** Milliseconds since the epoch, or a place in the queue, which begins with the time. */
const isRising = (value: unknown): boolean =>
  (typeof value === 'number' && value > Date.UTC(2020, 0)) ||
  (typeof value === 'string' && /^\d{15,}\//.test(value));
