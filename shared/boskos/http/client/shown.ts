/** Characters of an answer that are kept: they stand in the log, and in a record. */
const LONGEST = 200;
/** A shorter text is no secret: it would be found anywhere. */
const SHORTEST_SECRET = 4;

/** What of a foreign text may stand in a message: its beginning, in one line, unless it repeats a secret. */
export function shown(text: string, secrets: readonly string[]): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (secrets.some((secret) => secret.length >= SHORTEST_SECRET && text.includes(secret)))
    return '(not shown: it repeats what is secret)';
  // A resource, whole or broken off, has credentials in its user data.
  if (/^[[{]/.test(line)) return '(JSON, not shown: it may hold user data)';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
