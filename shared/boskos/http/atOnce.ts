/** Calls to the server at a time: enough to hide its distance, few enough for a server that does one after the other. */
export const AT_ONCE = 8;

/** Calls `work` for each item, a few at a time. What it throws is thrown once all that were begun have ended. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(work));
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
