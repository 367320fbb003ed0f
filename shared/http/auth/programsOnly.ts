import { refused, type HttpHandler, type HttpCall } from '../handler.ts';

/**
 * Whether a browser sends this for a web page: it says so in Origin, where the call could change something, and in
 * Sec-Fetch-Site; `none` there: a person typed the address (https://www.w3.org/TR/fetch-metadata).
 */
export function isFromPage({ origin, 'sec-fetch-site': site }: HttpCall['headers']): boolean {
  return origin !== undefined || (site !== undefined && site !== 'none');
}

/**
 * Lets no web page change anything, for what only programs call: a browser would send along the credentials of whoever
 * looks at that page, or come from inside his network. A page may read what the browser lets it read.
 */
export const programsOnly =
  (handle: HttpHandler): HttpHandler =>
  async (call) =>
    call.method !== 'GET' && isFromPage(call.headers) ? FROM_PAGE : handle(call);

const FROM_PAGE = refused(403, 'only for programs: a web page may change nothing here');
