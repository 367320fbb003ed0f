import type { HttpCall } from '../../shared/http/handler.ts';

type Headers = HttpCall['headers'];

/** The header that carries the token: another site's page can't send it without being asked about it first. */
export const TOKEN_HEADER = 'mason-console-token';

/** The token of the cookie. */
export function tokenIn(headers: Headers): string | null {
  const [, token] =
    /(?:^|;)\s*mason-console=([\w-]{20,80})\s*(?:;|$)/.exec(String(headers['cookie'] ?? '')) ?? [];
  return token ?? null;
}

/** Why an order does not come from our own page; null: it does. */
export function foreignTo(headers: Headers): string | null {
  const origin = URL.parse(String(headers['origin'] ?? ''));
  const host = String(headers['host'] ?? '').toLowerCase();
  if (origin === null || host === '' || origin.host !== host) return 'it does not come from this page';
  if ((headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin') return 'it comes from another site';
  const token = tokenIn(headers);
  if (token === null || headers[TOKEN_HEADER] !== token)
    return 'its token is not that of the session: load the page again';
  return null;
}
