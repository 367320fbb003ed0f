import type { IncomingMessage } from 'node:http';

import { isFromPage } from '../../http/auth/programsOnly.ts';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Only programs of this machine may come in, since what comes in gets this user's rights. A web page that somebody looks
 * at runs on this machine, too: a browser marks what it sends for one with an origin, or as fetched from another site, and
 * a name of the page's own that it lets point here (DNS rebinding) stands in Host.
 * @returns why a call is refused; null: it is not
 */
export function refusalOf({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): string | null {
  if (!LOOPBACK.test(headers.host ?? '')) return 'only for this machine: Host must be localhost or 127.0.0.1';
  if (isFromPage(headers)) return 'only for programs: no web page may call it';
  // A client that takes this for an HTTP proxy names another server, where this one's rights don't belong.
  if (!url.startsWith('/') && url !== '*') return 'it leads to one server: ask it for a path';
  return null;
}
