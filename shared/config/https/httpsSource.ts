import { ask, bodyOf, discard, HTTP_LIMITS, type HttpAnswer, type HttpRequest } from '../httpText.ts';
import { isSafe } from '../location.ts';
import type { ConfigSource, ConfigText } from '../source.ts';
import { unreadable } from '../unreadable.ts';

const MOST_REDIRECTS = 5;

/** The config at a URL that anybody may read. Its ETag is the validator. */
export function httpsSource(
  url: string,
  { request, limits = HTTP_LIMITS }: { readonly request: HttpRequest; readonly limits?: typeof HTTP_LIMITS },
): ConfigSource {
  const { origin, pathname } = new URL(url);
  // Without its query: that may hold a token, and a fault stands in the log.
  const file = origin + pathname;
  const asked = { file, request, limits };

  async function follow(from: URL, headers: Record<string, string>, hops: number): Promise<HttpAnswer> {
    const answer = await ask(asked, { url: from.href, headers });
    const location = answer.headers.get('location');
    if (!REDIRECTS.includes(answer.status) || location === null) return answer;
    discard(answer);
    if (hops === 0) throw unreadable(file, `it is redirected more than ${MOST_REDIRECTS} times`);
    const to = URL.parse(location, from.href);
    if (to === null || !isSafeRedirect(from, to))
      throw unreadable(
        file,
        `its server redirects to ${to?.origin ?? 'no URL'}, and only https:// is followed`,
      );
    return follow(to, headers, hops - 1);
  }

  return {
    async read(known) {
      const headers: Record<string, string> = known === null ? {} : { 'if-none-match': known };
      const answer = await follow(new URL(url), headers, MOST_REDIRECTS);
      if (answer.status === 200) return withValidator({ file, text: await bodyOf(asked, answer) }, answer);
      discard(answer);
      if (answer.status === 304 && known !== null) return 'unchanged';
      throw unreadable(file, refusalOf(answer.status));
    },
  };
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** A server out there is not to send us to one on this machine. */
const isSafeRedirect = (from: URL, to: URL): boolean =>
  isSafe(to) && (to.protocol === 'https:' || from.protocol === 'http:');

function withValidator(source: ConfigText, { headers }: HttpAnswer): ConfigText {
  const validator = headers.get('etag');
  return validator === null ? source : { ...source, validator };
}

function refusalOf(status: number): string {
  if (status === 401 || status === 403 || status === 407)
    return `its server answers ${status}: nobody may read it unasked. Let it be read by anybody, or put it into gs:// or firestore:, which are read as the service account`;
  if (status === 404 || status === 410) return `its server answers ${status}: there is nothing of that name`;
  if (status === 429 || status >= 500) return `its server answers ${status}; the next sync asks again`;
  return `its server answers ${status}, which is no config`;
}
