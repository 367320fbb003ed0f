/**
 * Reads a duration as Go's time.ParseDuration does, since Boskos's `lifespan` and its API's `expire` are read by that:
 * an optional sign, then decimal numbers, each with a unit, or a bare 0. The result and each error were compared with
 * Go 1.26's.
 * @param text such as `90s`, `1h30m`, `-1.5h`, `300ms`, `0`
 * @returns milliseconds (a fraction of one below 1 ms), or Go's own words on what is wrong
 */
export function parseGoDuration(text: string): number | string {
  const [, sign, unsigned] = /^([-+]?)(.*)$/su.exec(text) ?? [text, '', text];
  if (unsigned === '0') return 0;
  const nanoseconds = unsigned ? sumTerms(unsigned, text) : invalid(text);
  if (typeof nanoseconds === 'string') return nanoseconds;
  if (sign === '-') return nanoseconds === 0n ? 0 : -toMilliseconds(nanoseconds);
  return nanoseconds > LONGEST ? invalid(text) : toMilliseconds(nanoseconds);
}

const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Go's Duration is a signed 64-bit count of nanoseconds, so the shortest is one longer than the longest. */
const LONGEST = 2n ** 63n - 1n;
const SHORTEST = 2n ** 63n;

/** The sum of number-and-unit pairs in nanoseconds. */
function sumTerms(terms: string, whole: string): bigint | string {
  let total = 0n;
  for (let rest = terms; rest !== '';) {
    const term = readTerm(rest, whole);
    if (typeof term === 'string') return term;
    total += term.nanoseconds;
    if (total > SHORTEST) return invalid(whole);
    rest = rest.slice(term.length);
  }
  return total;
}

const TERM = /^(?<digits>[0-9]*)(?:\.(?<fraction>[0-9]*))?(?<unit>[^.0-9]*)/;

/** The first number of the text with its unit. */
function readTerm(text: string, whole: string): { nanoseconds: bigint; length: number } | string {
  const match = TERM.exec(text);
  const { digits = '', fraction = '', unit = '' } = match?.groups ?? {};
  if (digits + fraction === '' || BigInt(digits) > SHORTEST) return invalid(whole);
  if (unit === '') return `time: missing unit in duration ${quote(whole)}`;
  const scale = NANOSECONDS.get(unit);
  if (scale === undefined) return `time: unknown unit ${quote(unit)} in duration ${quote(whole)}`;
  return {
    nanoseconds: BigInt(digits) * scale + fractionOf(fraction, scale),
    length: match?.[0].length ?? 0,
  };
}

/** Go multiplies in floating point and cuts off: 0.3333333333333333333h is 1,200 s, and 0.1ns is 0. */
function fractionOf(digits: string, scale: bigint): bigint {
  const significant = digits.slice(0, countSignificant(digits));
  return BigInt(Math.trunc(Number(BigInt(significant)) * (Number(scale) / 10 ** significant.length)));
}

/** How many digits of a fraction a signed 64-bit number holds: Go passes over the rest. */
function countSignificant(digits: string): number {
  let number = 0n;
  for (let count = 0; count < digits.length; count++) {
    number = number * 10n + BigInt(digits.charAt(count));
    if (number > SHORTEST) return count;
  }
  return digits.length;
}

function toMilliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1_000_000;
}

function invalid(text: string): string {
  return `time: invalid duration ${quote(text)}`;
}

/** Go's quoting of these errors: control characters and everything beyond ASCII as the bytes of its UTF-8. */
function quote(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return `"${bytes.map(quoteByte).join('')}"`;
}

function quoteByte(byte: number): string {
  if (byte < 0x20 || byte > 0x7f) return `\\x${byte.toString(16).padStart(2, '0')}`;
  const character = String.fromCharCode(byte);
  return character === '"' || character === '\\' ? `\\${character}` : character;
}
