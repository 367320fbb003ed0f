import type { BoskosUsers } from '../../shared/boskos/port.ts';
import type { Views } from '../../shared/ledger/port.ts';
import type { BoskosAnswer } from './answer.ts';
import type { BoskosMetrics } from './metrics/boskosMetrics.ts';

/** What the calls are answered from. */
export interface BoskosParts {
  readonly users: BoskosUsers;
  readonly views: Pick<Views, 'record' | 'records'>;
  /** Without it nothing is measured. */
  readonly metrics?: BoskosMetrics;
}

/** A call that found its route. */
export interface Call {
  /** A parameter of the query; one that is missing is empty. */
  readonly parameter: (name: string) => string;
  /** What stands in the path for `:name`. */
  readonly name: string;
  readonly body: Uint8Array;
}

/** One path of the wire. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** A last part `:name` stands for anything. */
  readonly path: string;
  /** What a call by another method is told. */
  readonly refusal: (method: string) => string;
  readonly answer: (parts: BoskosParts, call: Call) => Promise<BoskosAnswer>;
}

export const onlyPost =
  (path: string) =>
  (method: string): string =>
    `Method ${method}, ${path} only accepts POST.`;

/** What the original says of a resource or a type that isn't there, or has none in the state. */
export const noneAvailable = (what: string): string => `no available resource ${what}, try again later.`;
