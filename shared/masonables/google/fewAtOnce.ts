/** Calls to Google at a time: enough to hide its distance, few enough for its quotas of calls. */
const AT_ONCE = 6;

/**
 * Calls `work` for each item, a few at a time, in their order. After the first that throws none is begun any more, and
 * that is thrown once all that were begun have ended.
 */
export async function fewAtOnce<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const queue = [...items].values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}
