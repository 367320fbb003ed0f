import { reasonOf } from './reasonOf.ts';

/**
 * Does the work for each, up to `atOnce` at a time; one for which it fails never stops the others.
 * @throws what failed, after the last; of several an AggregateError of all
 */
export async function forEachAlone<Item>(
  items: readonly Item[],
  atOnce: number,
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
  await Promise.all(Array.from({ length: atOnce }, takeFromRest));
  throwAny(errors);
}

/** @throws the error; of several an AggregateError of all */
export function throwAny(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(reasonOf).join('; '));
}
