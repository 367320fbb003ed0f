import type { Random } from '../../../shared/runtime/random.ts';

/** How long something takes (ms): half of it less than p50, one of a hundred more than p99. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/**
 * No figures of Google's were found. p99: a backend on GKE saw a little more, of reads and writes
 * (https://github.com/googleapis/google-cloud-dotnet/issues/3182); the medians are assumed.
 */
export const READ: Latency = { p50: 15, p99: 200 };
export const COMMIT: Latency = { p50: 35, p99: 200 };
/** From publish to push: "on the order of 100 milliseconds" (https://cloud.google.com/pubsub/docs/overview); the tail is assumed. */
export const PUSH: Latency = { p50: 100, p99: 1_000 };

/** In a normal distribution, one of a hundred is above so many standard deviations. */
const P99_SIGMAS = 2.3263;

/** Log-normal, as latencies mostly are. */
export function draw({ p50, p99 }: Latency, random: Random): number {
  const sigma = Math.log(p99 / p50) / P99_SIGMAS;
  const normal = Math.sqrt(-2 * Math.log(1 - random.number())) * Math.cos(2 * Math.PI * random.number());
  return p50 * Math.exp(sigma * normal);
}

/** @param share in [0, 1]: 0.99 is the p99 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
