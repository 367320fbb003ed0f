import type { Metric } from '../../port.ts';
import { SUMMARY_FIELDS, summaries } from '../documents/summary.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { members } from '../queries.ts';

/** Reads every member: the original's exporter asks once a minute at most. */
export async function metric({ store }: LedgerParts, type: string): Promise<Metric | null> {
  const found = await store.look((session) =>
    session.find(summaries, { ...members(type), fields: SUMMARY_FIELDS }),
  );
  if (found.length === 0) return null;
  const current = countBy(found.map(({ state }) => state));
  return { type, current, owner: countBy(found.map(({ owner }) => owner)) };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of [...values].sort()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}
