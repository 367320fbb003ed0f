import { reasonOf } from './reasonOf.ts';

/**
 * Does the work for one after the other; one for which it fails never stops the others.
 * @throws AggregateError of all that failed, after the last
 */
export async function forEachAlone<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map(reasonOf).join('; '));
}
