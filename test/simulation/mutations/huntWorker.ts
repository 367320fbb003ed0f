import { parentPort, workerData } from 'node:worker_threads';

import { hunt, rowOf, type Hunt } from './hunt.ts';
import { MUTATIONS } from './mutations.ts';

/** What one of several workers does: every `workers`th mutation, from its index on. */
export interface HuntWork extends Hunt {
  readonly index: number;
  readonly workers: number;
}

export interface HuntRow {
  /** Of the mutation in the list. */
  readonly index: number;
  readonly row: string;
  /** Whether it matters and nothing broke without it. */
  readonly isMissed: boolean;
}

const { index: first, workers, ...limits } = workerData as HuntWork;
for (let index = first; index < MUTATIONS.length; index += workers) {
  const mutation = MUTATIONS[index];
  if (mutation === undefined) continue;
  const caught = await hunt(mutation, limits);
  const isMissed = caught === null && mutation.harmless === null;
  parentPort?.postMessage({ index, row: rowOf(mutation, caught, limits), isMissed } satisfies HuntRow);
}
