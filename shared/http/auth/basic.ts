import { createHash, timingSafeEqual } from 'node:crypto';

import { refused, type HttpAnswer, type HttpHandler } from '../handler.ts';

export interface BasicOptions {
  readonly user: string;
  /** What browsers show when they ask. */
  readonly realm: string;
  /** Those that are good now. Empty: there is none, and nobody can come in. Never rejects. */
  readonly passwords: () => Promise<readonly string[]>;
}

/**
 * Asks for a user and a password, which is all that boskosctl, the Go client and prow can send. The one user stands for
 * everybody: the password says that a caller belongs here, not who he is, so no owner is bound to it.
 */
export function basic({ user, realm, passwords }: BasicOptions, handle: HttpHandler): HttpHandler {
  return async (request) => {
    const good = await passwords();
    if (good.length === 0) return UNKNOWN;
    const known = good.map((password) => digest(Buffer.from(`${user}:${password}`)));
    return isOneOf(known, digest(credentialsIn(request.headers['authorization'])))
      ? handle(request)
      : wrong(realm);
  };
}

/** `user:password`; without any, the empty bytes, which no user and password make. */
function credentialsIn(header: string | readonly string[] | undefined): Buffer {
  const [, encoded = ''] = /^basic +([a-z0-9+/_=-]+) *$/i.exec(String(header ?? '')) ?? [];
  return Buffer.from(encoded, 'base64');
}

/** In the same time wherever they begin to differ, and however long they are. */
const isOneOf = (known: readonly Buffer[], given: Buffer): boolean =>
  known.filter((digested) => timingSafeEqual(digested, given)).length > 0;

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const wrong = (realm: string): HttpAnswer =>
  refused(401, 'user or password is wrong, or missing', {
    'www-authenticate': `Basic realm="${realm}", charset="UTF-8"`,
  });
const UNKNOWN = refused(503, 'the password is not known to the server: its log has the reason', {
  'retry-after': '10',
});
