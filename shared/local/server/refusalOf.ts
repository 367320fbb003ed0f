import type { IncomingMessage } from 'node:http';

import { errorAnswer } from '../../api/answer.ts';
import { isFromPage } from '../../http/auth/programsOnly.ts';
import type { HttpAnswer } from '../../http/handler.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Only programs of this machine may come in. A web page that somebody looks at runs on this machine, too, and has two
 * ways in: its own requests, which a browser marks with their origin if they could change something, and a name of its
 * own that it lets point here (DNS rebinding), which stands in Host.
 *
 * @param isPage it asks for a page of ours, which knows its own requests from others'
 */
export function refusalOf({ headers, method }: IncomingMessage, isPage = false): HttpAnswer | null {
  if (!LOOPBACK.test(headers.host ?? '')) {
    return forbidden('only for this machine: the Host must be localhost or 127.0.0.1');
  }
  if (!isPage && method !== 'GET' && isFromPage(headers)) {
    return forbidden('only for programs: a web page may change nothing here');
  }
  return null;
}

const forbidden = (message: string): HttpAnswer => errorAnswer(403, { code: 'FORBIDDEN', message });
