import { MasonError } from '../../errors.ts';

/**
 * The server that a proxy leads to.
 * @throws MasonError ENVIRONMENT_INVALID
 */
export function readTarget(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused(text, 'is no URL');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw refused(text, 'would send the ID token in the clear: it takes https://');
  if (url.username !== '' || url.password !== '') throw refused(url.host, 'takes no user and password');
  if (url.search !== '' || url.hash !== '') throw refused(text, 'takes a path at most, no ? and no #');
  return url;
}

const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host);

const refused = (text: string, why: string): MasonError =>
  new MasonError(
    'ENVIRONMENT_INVALID',
    `--url ${JSON.stringify(text)} ${why}. Write it like https://boskos-1234.run.app`,
  );
