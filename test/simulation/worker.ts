import { parentPort, workerData } from 'node:worker_threads';

import { CoverageCount, type Coverage } from './core/coverage.ts';
import { simulate, type BoskosKind } from './simulate.ts';
import { upheavalOf } from './upheavals/upheavals.ts';

/** What one of several workers does: every `workers`th seed, from its index on. */
export interface Work {
  readonly kinds: readonly BoskosKind[];
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
  /** One of UPHEAVALS; null: none. */
  readonly upheaval: string | null;
  readonly index: number;
  readonly workers: number;
}

export interface Finding {
  readonly boskos: BoskosKind;
  readonly seed: number;
  readonly violation: string;
}

export interface Report {
  readonly seeds: number;
  readonly found: readonly Finding[];
  readonly coverage: Coverage;
}

/** Seeds between two reports. */
const PAGE = 250;

const work = workerData as Work;
for (let offset = work.index; offset < work.seeds; offset += PAGE * work.workers)
  parentPort?.postMessage(await livePage(offset));

async function livePage(offset: number): Promise<Report> {
  const coverage = new CoverageCount();
  const found: Finding[] = [];
  let seeds = 0;
  for (; seeds < PAGE && offset + seeds * work.workers < work.seeds; seeds += 1) {
    const index = offset + seeds * work.workers;
    const boskos = work.kinds[index % work.kinds.length] ?? 'ranch';
    const seed = work.first + index;
    const result = await simulate({ seed, boskos, steps: work.steps, ...upheavalOf(work.upheaval) });
    coverage.addAll(result.coverage);
    if (result.violation !== null) found.push({ boskos, seed, violation: result.violation });
  }
  return { seeds, found, coverage: coverage.all };
}
