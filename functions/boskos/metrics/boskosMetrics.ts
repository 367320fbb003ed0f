import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';

/** A call of the API that was answered. */
export interface AnsweredCall {
  readonly method: string;
  /** The path of its route, or `unmatched`: never a name. */
  readonly path: string;
  readonly status: number;
  /** What the client calls itself, in one word. */
  readonly agent: string;
  readonly durationMs: number;
  /** Of the answer's body. */
  readonly bytes: number;
}

/** A resource that a user got by /acquire. */
export interface Acquisition {
  readonly type: string;
  /** As labels say it: one that Boskos knows, or `other`. */
  readonly state: string;
  readonly dest: string;
  readonly hasRequestId: boolean;
  /** Since the first call of the request. */
  readonly waitedMs: number;
}

/** What can be measured of the API. No owner, no name and no user data is ever told to it. */
export interface BoskosMetrics {
  answered(call: AnsweredCall): void;
  acquired(acquisition: Acquisition): void;
  /** What /metrics answers: Prometheus's text format 0.0.4. */
  text(): Promise<string>;
}

/** What gauges are computed from. */
export interface GaugeSource {
  readonly ledger: {
    readonly views: Pick<Ledger['views'], 'pools'>;
    readonly queue: Pick<Ledger['queue'], 'waiters'>;
    readonly configs: Pick<Ledger['configs'], 'types'>;
  };
  readonly clock: Pick<Clock, 'now'>;
}
