import { inspect } from 'node:util';

/** Characters of a reason that are kept: it stands in the record, twice, and in the log. */
const MAX_LENGTH = 2_000;

/** What a thrown value says of itself. Foreign modules throw anything, and what they say goes into the record. */
export function reasonOf(thrown: unknown): string {
  const reason = messageIn(thrown) ?? `it threw ${shown(thrown)}`;
  if (reason.length <= MAX_LENGTH) return reason;
  const half = MAX_LENGTH / 2;
  return `${reason.slice(0, half)} … ${reason.slice(-half)}`;
}

function messageIn(thrown: unknown): string | null {
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : thrown;
    return typeof message === 'string' && message !== '' ? message : null;
  } catch {
    return null;
  }
}

function shown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.name;
    return inspect(thrown, { depth: 1, breakLength: Infinity });
  } catch {
    return 'what can not be shown';
  }
}
