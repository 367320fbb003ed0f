import { Histogram, Registry } from 'prom-client';

import type { Acquisition, AnsweredCall } from '../../../functions/boskos/metrics/boskosMetrics.ts';
import type { MeasuredRun } from '../../runtime/measuredTracer.ts';

/** What is kept in memory for /metrics: this process stays, so its histograms do. */
export interface Histograms {
  answered(call: AnsweredCall): void;
  acquired(acquisition: Acquisition): void;
  ran(run: MeasuredRun): void;
  /** Prometheus's text format. */
  text(): Promise<string>;
}

/** The original's, with its names, labels and buckets, and one of Mason's own. */
export function createHistograms(): Histograms {
  const registers = [new Registry()];
  const acquire = new Histogram({
    name: 'boskos_acquire_duration_seconds',
    help: "Histogram of waiting in seconds for a Boskos' client to acquire a resource.",
    labelNames: ['type', 'state', 'dest', 'has_request_id'],
    buckets: [1, 10, 100, 500, 1_000, 1_500, 2_000],
    registers,
  });
  const calls = ['path', 'method', 'status', 'user_agent'] as const;
  const duration = new Histogram({
    name: 'boskos_http_request_duration_seconds',
    help: 'http request duration in seconds',
    labelNames: calls,
    buckets: powersOfTwo(0.005, 1_200),
    registers,
  });
  const size = new Histogram({
    name: 'boskos_http_response_size_bytes',
    help: 'http response size in bytes',
    labelNames: calls,
    buckets: powersOfTwo(128, 65_536),
    registers,
  });
  const phase = new Histogram({
    name: 'mason_phase_duration_seconds',
    help: 'How long runs of a phase took, in seconds.',
    labelNames: ['phase', 'type', 'outcome'],
    buckets: powersOfTwo(0.005, 1_200),
    registers,
  });
  const agents = limited(LARGEST_NUMBER_OF_AGENTS);
  return {
    answered({ path, method, status, agent, durationMs, bytes }) {
      const labels = { path, method, status, user_agent: agents(agent) };
      duration.observe(labels, durationMs / 1_000);
      size.observe(labels, bytes);
    },
    acquired({ type, state, dest, hasRequestId, waitedMs }) {
      acquire.observe({ type, state, dest, has_request_id: String(hasRequestId) }, waitedMs / 1_000);
    },
    ran({ durationMs, ...labels }) {
      phase.observe(labels, durationMs / 1_000);
    },
    text: async () => (await Promise.all(registers.map((registry) => registry.metrics()))).join(''),
  };
}

/** Clients that are counted apart: anybody can call himself anything. */
const LARGEST_NUMBER_OF_AGENTS = 20;

/** The first so many words as they are; any other is `other`. */
function limited(count: number): (word: string) => string {
  const known = new Set<string>();
  return (word) => {
    if (known.size < count) known.add(word);
    return known.has(word) ? word : 'other';
  };
}

/** The two bounds and all powers of two between them: prow's buckets. */
export function powersOfTwo(least: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log2(least)), Math.floor(Math.log2(most))];
  const powers = Array.from({ length: last - first + 1 }, (_, at) => 2 ** (first + at));
  return [...new Set([least, ...powers, most])];
}
