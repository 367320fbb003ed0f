const SHORT: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
]);

/** Go's `%q`: strconv.Quote. */
export const goQuote = (text: string): string => `"${quoted(text, '"')}"`;

/** A byte as encoding/json names it in its errors. */
export const goQuoteByte = (byte: number): string => `'${quoted(String.fromCharCode(byte), "'")}'`;

const quoted = (text: string, mark: string): string =>
  Array.from(text, (character) =>
    character === mark ? `\\${mark}` : (SHORT.get(character) ?? escaped(character)),
  ).join('');

/** What Go's strconv.IsPrint lets stand as it is. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escaped(character: string): string {
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const [letter, digits] = code < 0x20 || code === 0x7f ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(digits, '0')}`;
}
