import { median } from '../bench.ts';
import type { Counted } from './counted.ts';
import { risingEntries } from './indexEntries.ts';
import type { Operation } from './recorder.ts';

/** What one call on the ledger does to Firestore, as it was counted on the emulator. */
export interface OperationCost {
  /** Rounds of reads of one try. */
  readonly readRounds: number;
  /** Whether it commits. */
  readonly commits: boolean;
  /** Documents that it writes. */
  readonly documents: number;
  /** Index → entries that it puts at the end of it. */
  readonly entries: ReadonlyMap<string, number>;
}

export type Costs = ReadonlyMap<string, OperationCost>;

/** @param runs what an operation does is taken from the first run in which it writes, if there is one */
export function costsOf(runs: readonly Counted[]): Costs {
  const costs = new Map<string, OperationCost>();
  for (const { operations } of runs) {
    const byName = Map.groupBy(operations, ({ name }) => name);
    for (const [name, calls] of byName) {
      const cost = costOf(calls);
      const known = costs.get(name);
      if (known === undefined || (!known.commits && cost.commits)) costs.set(name, cost);
    }
  }
  return costs;
}

/** Of a call that mostly finds something to write, what it does then. */
function costOf(calls: readonly Operation[]): OperationCost {
  const writing = calls.filter(({ written }) => written.length > 0);
  const usual = writing.length > 0 ? writing : calls;
  const entries = new Map<string, number>();
  for (const { index } of usual.flatMap(({ written }) => written.flatMap(risingEntries)))
    entries.set(index, (entries.get(index) ?? 0) + 1 / usual.length);
  return {
    readRounds: Math.round(median(usual.map((call) => call.readRounds / Math.max(1, call.commits)))),
    commits: writing.length > 0,
    documents: median(usual.map(({ written }) => written.length)),
    entries,
  };
}
