export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds to wait after the given number of failed attempts (1 or more): it doubles with each, up to `maxMs`, and
 * the upper half of it is random, so that what failed together doesn't come back together.
 */
export function backoffMs({ baseMs, maxMs }: Backoff, attempts: number, random: () => number): number {
  const whole = Math.min(maxMs, baseMs * 2 ** Math.min(attempts - 1, 30));
  return whole / 2 + (whole / 2) * random();
}
