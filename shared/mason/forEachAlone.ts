import { reasonOf } from './reasonOf.ts';

/** Far from the ledger one is mostly waited for: a tick over 20 types took 13 s in the simulation one after the other. */
const AT_ONCE = 8;

/**
 * Does the work for each, a few at once; one for which it fails never stops the others.
 * @throws AggregateError of all that failed, after the last
 */
export async function forEachAlone<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const rest = items.values();
  const takeFromRest = async (): Promise<void> => {
    for (const item of rest) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeFromRest));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(reasonOf).join('; '));
}
