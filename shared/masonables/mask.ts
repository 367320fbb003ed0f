/** Shorter values are no credentials, and to mask them (`true`, `8080`) would blot out what a person needs to read. */
const SHORTEST_SECRET = 6;
const MASK = '***';

/**
 * `text` with every occurrence of the values masked: whole, line by line, and as they stand in JSON.
 * @param cut whether `text` is the end of something longer, so that it may begin in the middle of a value
 */
export function mask(text: string, values: Iterable<string>, cut: boolean): string {
  const secrets = [...new Set([...values].flatMap(spellings))].sort((a, b) => b.length - a.length);
  const whole = cut ? maskHead(text, secrets) : text;
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), whole);
}

function spellings(value: string): string[] {
  const all = [value, JSON.stringify(value).slice(1, -1), ...value.split(/\r?\n/).map((line) => line.trim())];
  return all.filter((spelling) => spelling.length >= SHORTEST_SECRET);
}

/** Masks the rest of a value that `text` begins with, where it is long enough to give something away. */
function maskHead(text: string, secrets: readonly string[]): string {
  const rests = secrets.map((secret) => {
    for (let at = 1; at <= secret.length - SHORTEST_SECRET; at += 1) {
      if (text.startsWith(secret.slice(at))) return secret.length - at;
    }
    return 0;
  });
  const longest = Math.max(0, ...rests);
  return longest === 0 ? text : MASK + text.slice(longest);
}
