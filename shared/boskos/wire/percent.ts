/**
 * Percent-decoding as Go's net/url does it: an escape that is none makes the whole text invalid. Bytes that are no UTF-8
 * become U+FFFD, as they do in whatever JSON Boskos answers.
 * @returns null if an escape is malformed
 */
export function percentDecoded(text: string): string | null {
  if (/%(?![0-9a-f]{2})/i.test(text)) return null;
  const parts = text.split(/((?:%[0-9a-f]{2})+)/i);
  return parts.map((part, index) => (index % 2 === 0 ? part : decodeRun(part))).join('');
}

const decodeRun = (run: string): string => utf8.decode(Buffer.from(run.replaceAll('%', ''), 'hex'));
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
