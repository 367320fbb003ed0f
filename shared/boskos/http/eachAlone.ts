import { AT_ONCE } from './atOnce.ts';
import type { HttpParts } from './parts.ts';

/** What went wrong with some while the others were done. */
export class Faults {
  readonly errors: unknown[] = [];
  /** The server answers nothing at all: whatever is left would only wait for it. */
  isAway = false;
}

/**
 * Calls `work` for each item, a few at a time. One for which it fails keeps the others from nothing, unless the server is
 * away: then the rest is left for the next time.
 *
 * @param faults gets what it throws
 * @returns the results of those for which it did not fail
 */
export async function eachAlone<Item, Result>(
  parts: HttpParts,
  items: readonly Item[],
  { work, faults }: { readonly work: (item: Item) => Promise<Result>; readonly faults: Faults },
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length && !faults.isAway; start += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(work));
    const done = settled.filter((one) => one.status === 'fulfilled');
    const failed = settled.filter((one) => one.status === 'rejected');
    results.push(...done.map(({ value }) => value));
    faults.errors.push(...failed.map(({ reason }: { reason: unknown }) => reason));
    const isLast = start + AT_ONCE >= items.length;
    if (done.length === 0 && !isLast && !(await answers(parts))) faults.isAway = true;
  }
  return results;
}

/** Some resources may be broken there, and all others not. */
async function answers({ client, ledger }: HttpParts): Promise<boolean> {
  const [spec] = await ledger.configs.types();
  if (spec === undefined) return true;
  return client.metric(spec.type).then(
    () => true,
    () => false,
  );
}
