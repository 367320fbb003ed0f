const SECOND_US = 1_000_000;
/** Go writes no year of more than four digits, and JavaScript none without a sign. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Go's RFC3339Nano, to the microsecond, which is as fine as a ledger's time is.
 * @param at milliseconds since the epoch
 */
export function goTime(at: number): string {
  const microseconds = Math.round(Math.min(Math.max(at, 0), LAST_MS) * 1_000);
  const fraction = microseconds % SECOND_US;
  const digits = String(fraction).padStart(6, '0').replace(/0+$/, '');
  return `${seconds((microseconds - fraction) / 1_000)}${fraction === 0 ? '' : `.${digits}`}Z`;
}

/**
 * Whole seconds, as Kubernetes keeps times.
 * @param at milliseconds since the epoch
 */
export const goTimeInSeconds = (at: number): string => goTime(Math.floor(at / 1_000) * 1_000);

const seconds = (at: number): string => new Date(at).toISOString().slice(0, -'.000Z'.length);
