/** Which owners a caller may use. One that no rule allows is refused. */
export interface OwnerRule {
  /** Whose rule it is, in lower case; null: everybody's. */
  readonly email: string | null;
  /** `{email}` and `{local}` (what stands before its @) are the caller's; a `*` at the end is anything. */
  readonly pattern: string;
}

interface Fault {
  readonly fault: string;
}

/**
 * @param text rules, separated by commas: `{local}`, `{local}/*`, `EMAIL=PATTERN`
 * @returns what is wrong with the first bad one, if one is
 */
export function readOwnerRules(text: string): readonly OwnerRule[] | Fault {
  const rules = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readRule);
  const bad = rules.find((rule) => 'fault' in rule);
  if (bad !== undefined) return bad;
  const good = rules.filter((rule) => 'pattern' in rule);
  return good.length > 0 ? good : { fault: 'names no pattern' };
}

function readRule(text: string): OwnerRule | Fault {
  const [, email = null, pattern = ''] = /^(?:([^\s=@]+@[^\s=@]+)=)?(.+)$/.exec(text) ?? [];
  const fault = faultOf(pattern, email);
  return fault === null ? { email: email?.toLowerCase() ?? null, pattern } : { fault };
}

/** What keeps a rule from letting one caller be another by accident. */
function faultOf(pattern: string, email: string | null): string | null {
  const rest = pattern.replaceAll(/\{(?:email|local)\}/g, '');
  const hasPlace = rest !== pattern;
  if (/[{}]/.test(rest)) return `knows {email} and {local} only, not ${pattern}`;
  if (pattern.slice(0, -1).includes('*')) return `takes a * at the end only, not ${pattern}`;
  if (email === null && !hasPlace)
    return `needs {email} or {local}, or a caller (EMAIL=${pattern}): ${pattern} binds nobody`;
  // No email of Google has either of them: or al, by {local}*, could be alice.
  if (hasPlace && pattern.endsWith('*') && !/[/:][^{}]*\*$/.test(pattern))
    return `needs a / or : between the caller and *, as {local}/*, not ${pattern}`;
  return null;
}
