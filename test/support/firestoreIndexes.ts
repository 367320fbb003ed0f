import { z } from 'zod';

import description from '../../infra/firestore.json' with { type: 'json' };
import { NAME, type Query } from '../../shared/ledger/firestore/store/kind.ts';

const collectionSchema = z.strictObject({
  /** Fields with an index of their own. All others have none: `*` is exempt. */
  single: z.array(z.string()),
  /** Ascending, as they stand. */
  composite: z.array(z.array(z.string()).min(2)),
  /** The field by which Firestore itself clears the collection. */
  ttl: z.string().optional(),
});
const schema = z.strictObject({ collections: z.record(z.string(), collectionSchema) });

/** The indexes that are deployed. */
export const INDEXES = schema.parse(description).collections;

/** What of a query decides about its index: two that differ in values only are the same. */
export interface Shape {
  readonly collection: string;
  /** Fields that are compared for equality. */
  readonly equal: readonly string[];
  /** Fields in whose order the result comes: those of ranges, too. */
  readonly order: readonly string[];
}

export function shapeOf(collection: string, { where = [], orderBy = [] }: Query): Shape {
  const isEqual = (operator: string): boolean => operator === '==' || operator === 'in';
  const equal = where.filter(([, operator]) => isEqual(operator)).map(([field]) => field);
  const ranges = where.filter(([, operator]) => !isEqual(operator)).map(([field]) => field);
  // A range that the order doesn't name comes after it, several by their names.
  const implied = [...new Set(ranges)].filter((field) => !orderBy.includes(field)).sort();
  const order = [...orderBy, ...implied].filter((field) => field !== NAME);
  return { collection, equal: [...new Set(equal)].sort(), order };
}

/**
 * The index that serves the query, as Firestore chooses it: without an order, one index for each compared field, merged;
 * with an order, a composite one in which the compared fields come first
 * (https://firebase.google.com/docs/firestore/query-data/index-overview).
 *
 * @returns the names of what serves it; null: it would fail in production
 */
export function servedBy({ collection, equal, order }: Shape): readonly string[] | null {
  const indexes = INDEXES[collection];
  if (indexes === undefined) return null;
  const fields = order.length === 0 ? equal : [...equal, ...order];
  if (fields.length === 0) return [];
  if (order.length === 0 || (equal.length === 0 && order.length === 1)) {
    const all = fields.every((field) => indexes.single.includes(field));
    return all ? fields.map((field) => nameOf(collection, [field])) : null;
  }
  const found = indexes.composite.find(
    (index) =>
      index.length === fields.length &&
      [...index.slice(0, equal.length)].sort().join() === equal.join() &&
      index.slice(equal.length).join() === order.join(),
  );
  return found === undefined ? null : [nameOf(collection, found)];
}

export const nameOf = (collection: string, fields: readonly string[]): string =>
  `${collection}(${fields.join()})`;

/** Every index that is deployed, by the names that `servedBy` gives. */
export const allIndexes = (): readonly string[] =>
  Object.entries(INDEXES).flatMap(([collection, { single, composite }]) =>
    [...single.map((field) => [field]), ...composite].map((fields) => nameOf(collection, fields)),
  );
