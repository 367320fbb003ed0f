import { readPath } from '../../../shared/boskos/wire/path.ts';
import { readQuery } from '../../../shared/boskos/wire/query.ts';
import { readCaller } from '../../../shared/http/auth/caller.ts';
import { refused } from '../../../shared/http/handler.ts';
import type { OwnerRule } from '../../../shared/runtime/ownerRules.ts';
import type { BoskosAnswer } from '../answer.ts';
import type { BoskosHandler, BoskosRequest } from '../boskos.ts';
import { mayUse, ownersOf } from './mayUse.ts';

export interface BoundOptions {
  /** Null: anybody may use any owner. */
  readonly owners: readonly OwnerRule[] | null;
  /** Emails in lower case of those who may call /reset. Null: anybody. */
  readonly resetCallers: readonly string[] | null;
}

/**
 * Binds `owner` to the caller's identity, so that nobody can act on what another holds: only who may use an owner's name
 * can acquire, release or update with it. What only reads stays open to every caller whom IAM lets in: it never shows
 * user data, which goes to the one who acquires alone.
 */
export function bound(options: BoundOptions, handle: BoskosHandler): BoskosHandler {
  return async (request) => refusalOf(options, request) ?? handle(request);
}

/** By what the call would change, not by its route: one that is added later is bound, too. */
function refusalOf({ owners, resetCallers }: BoundOptions, request: BoskosRequest): BoskosAnswer | null {
  if (request.method !== 'POST') return null;
  const owner = readQuery(request.query).get('owner') ?? '';
  const asksOwner = owners !== null && owner !== '';
  const asksReset = resetCallers !== null && isReset(request.path);
  if (!asksOwner && !asksReset) return null;
  const caller = readCaller(request.headers);
  if ('fault' in caller) return refused(403, `who calls is not known: ${caller.fault}`);
  const { email } = caller;
  if (asksOwner && !mayUse(owners, email, owner)) return refused(403, wrongOwner(owners, email, owner));
  if (asksReset && !resetCallers.includes(email))
    return refused(403, `${email} may not call /reset: MASON_RESET_CALLERS names who may`);
  return null;
}

function isReset(path: string): boolean {
  const place = readPath(path);
  return place.kind === 'at' && place.segments[0] === 'reset';
}

function wrongOwner(owners: readonly OwnerRule[], email: string, owner: string): string {
  const own = ownersOf(owners, email);
  const may = own.length === 0 ? 'no owner at all' : own.join(' or ');
  return `owner ${owner} is not for ${email}, who may use ${may}`;
}
