import { BoskosFault } from './fault.ts';
import type { Context, Reply } from './reply.ts';
import { shown } from './shown.ts';

/** No answer at all. */
export function lost(
  { call, secrets }: Context,
  { error, sent }: { error: unknown; sent: boolean },
): BoskosFault {
  const { code, reason } = reasonOf(error);
  const why = `${call} has no answer (${shown(reason, secrets)})`;
  return new BoskosFault('BOSKOS_UNAVAILABLE', `${why}. Does Boskos run, and is its URL right?`, {
    sent: sent && !NEVER_ARRIVED.includes(code),
  });
}

/** There is nobody who could have got the call. */
const NEVER_ARRIVED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const { code = '', message = '' } = Object(error) as Readonly<Record<string, unknown>>;
  // node-fetch tells the whole URL before it, parameters and all.
  const reason = String(message).replace(/^.*\bhttps?:\/\/\S*?(?: failed, reason)?: /s, '');
  return { code: String(code), reason: reason.trim() || String(code) || 'no reason is given' };
}

/** An answer that says `later`. */
export function busy(reply: Reply, retryAfter: string | null): BoskosFault {
  return new BoskosFault('BOSKOS_UNAVAILABLE', `${told(reply)}. It is busy, or broken`, {
    // 429 is the refusal to begin. All others may come from between us and a server that has done it all the same.
    sent: reply.status !== 429,
    retryAfterMs: /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : null,
  });
}

/** An answer that Boskos doesn't give. */
export function strange(reply: Reply): BoskosFault {
  return new BoskosFault('BOSKOS_REFUSED', `${told(reply)}. ${cureOf(reply)}`, {
    sent: maySucceed(reply.status),
  });
}

/** @param limit bytes */
export function tooLarge(
  { call }: Context,
  { status, limit }: { status: number; limit: number },
): BoskosFault {
  const message = `${call} is answered ${status} with more than ${limit} bytes. ${NO_BOSKOS}`;
  return new BoskosFault('BOSKOS_REFUSED', message, { sent: maySucceed(status) });
}

/** Whoever answers so may have done before what was asked for. */
const maySucceed = (status: number): boolean => status < 300 || status >= 500;

function told({ call, status, text, secrets }: Reply): string {
  const body = shown(text, secrets);
  return `${call} is answered ${status}${body === '' ? ', without a body' : `: ${body}`}`;
}

const NO_BOSKOS = 'Boskos says no such thing: is the URL right, with its path?';
const CREDENTIALS =
  'The server, or what stands before it, wants other credentials: a user and a password file, or on Cloud Run an ID token of an account with roles/run.invoker';

function cureOf({ status, location }: Reply): string {
  if (status === 401 || status === 403 || status === 407) return CREDENTIALS;
  if (status >= 300 && status < 400) {
    const to = location === null ? undefined : URL.parse(location)?.origin;
    return `Redirects${to === undefined ? '' : ` (here to ${to})`} are not followed, lest credentials go astray: is the URL right, with its https:// and path?`;
  }
  return NO_BOSKOS;
}
