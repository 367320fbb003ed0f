import { MasonError } from '../../errors.ts';

/** No answer of the server, or none that Boskos gives. */
export class CallFault extends MasonError {
  /** Whether the call may have arrived, and may have done what it asks for. */
  readonly sent: boolean;
  /** How long (ms) the server asks to be left alone. */
  readonly retryAfter: number;

  constructor(
    code: 'SERVER_UNREACHABLE' | 'BOSKOS_UNAVAILABLE' | 'BOSKOS_REFUSED',
    message: string,
    { sent, retryAfter = 0, cause }: { sent: boolean; retryAfter?: number; cause?: unknown },
  ) {
    super(code, message, { cause });
    this.sent = sent;
    this.retryAfter = retryAfter;
  }
}

/** Nobody answered. */
export function unreachable(base: string, error: unknown): CallFault {
  const { code, reason } = reasonOf(error);
  return new CallFault('SERVER_UNREACHABLE', `no Boskos answers at ${base} (${reason})`, {
    sent: !NEVER_ARRIVED.includes(code),
    cause: error,
  });
}

/** There was nobody who could have got the call. */
const NEVER_ARRIVED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** What fetch says itself is always "fetch failed". */
function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const { cause, message } = Object(error) as { cause?: unknown; message?: string };
  const { code = '', message: inner } = Object(cause) as { code?: string; message?: string };
  const told = [WORDS[code], inner, code, message].find((text) => text !== undefined && text !== '');
  return { code, reason: told ?? String(error) };
}

const WORDS: Readonly<Partial<Record<string, string>>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its host can not be looked up',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
};

/** An answer. */
export interface Reply {
  /** `METHOD URL`, without its parameters. */
  readonly call: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Pick<Headers, 'get'>;
}

/** Whoever answers these may do better later. */
export const isBusy = ({ status }: Reply): boolean => [429, 500, 502, 503, 504].includes(status);

export function busy(reply: Reply): CallFault {
  const after = reply.headers.get('retry-after') ?? '';
  return new CallFault('BOSKOS_UNAVAILABLE', `${told(reply)}. The server is busy, or broken`, {
    // 429 is the refusal to begin. All others may come from between us and a server that has done it all the same.
    sent: reply.status !== 429,
    retryAfter: /^\d{1,4}$/.test(after) ? Number(after) * 1_000 : 0,
  });
}

/** An answer that Boskos doesn't give. */
export function strange(reply: Reply): CallFault {
  return new CallFault('BOSKOS_REFUSED', `${told(reply)}. ${cureOf(reply)}`, { sent: true });
}

function cureOf({ status, text }: Reply): string {
  if (status === 403 && OWNER_OF_OTHERS.test(text))
    return 'The credentials are good, but not for this owner: --owner or MASON_OWNER names another, in the library `owner`';
  if (status === 401 || status === 403) return 'The server lets nobody in with these credentials';
  return 'Boskos says no such thing: is the URL right, with its path?';
}

/** A Mason's own refusal, of a caller whom it knows. */
const OWNER_OF_OTHERS = /^owner .* is not for .*, who may use /s;

function told({ call, status, text }: Reply): string {
  const words = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const shown = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
  return `${call} is answered ${status}${shown === '' ? ', without a word' : `: ${shown}`}`;
}

/** Characters of a body that a message shows. */
const LONGEST = 200;
