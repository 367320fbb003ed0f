/** Milliseconds that a server asks to wait (Retry-After: seconds, or a date); undefined if it doesn't say. */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS);
  // Date.parse takes more than the dates of HTTP, which all have a name in them.
  const at = /^[A-Z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), LONGEST_MS);
}

/** Whatever is answered, an hour later Mason asks again. */
export const LONGEST_MS = 3_600_000;
