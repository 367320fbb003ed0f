import type { OwnerRule } from '../../../shared/runtime/ownerRules.ts';

/** @param email in lower case */
export const mayUse = (rules: readonly OwnerRule[], email: string, owner: string): boolean =>
  ownersOf(rules, email).some((allowed) =>
    allowed.endsWith('*') ? owner.startsWith(allowed.slice(0, -1)) : owner === allowed,
  );

/** The owners that a caller may use; one with a `*` at its end stands for all that begin so. */
export function ownersOf(rules: readonly OwnerRule[], email: string): string[] {
  const [local = ''] = email.split('@');
  return rules
    .filter((rule) => rule.email === null || rule.email === email)
    .map(({ pattern }) =>
      pattern.replaceAll(/\{(email|local)\}/g, (_, part) => (part === 'email' ? email : local)),
    );
}
