import { MasonError } from '../../errors.ts';

/**
 * A server's URL, without a slash at its end.
 * @throws MasonError ENVIRONMENT_INVALID
 */
export function readBase(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw invalid(`${JSON.stringify(url)} is none: write it like http://boskos.example`);
  if (parsed.username !== '' || parsed.password !== '')
    throw invalid(`of ${parsed.host} has a user or a password in it: give them as credentials`);
  if (parsed.search !== '' || parsed.hash !== '')
    throw invalid(`of ${parsed.host} has a ? or a # in it, behind which no call can stand`);
  return parsed.origin + parsed.pathname.replace(/\/+$/, '');
}

/** Whether nobody on the way can read along. */
export const isPrivate = (base: string): boolean => new URL(base).protocol === 'https:' || isNear(base);

/** Whether it is on this machine. */
export const isNear = (base: string): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(base).hostname);

const invalid = (why: string): MasonError =>
  new MasonError('ENVIRONMENT_INVALID', `the URL of the server ${why}`);
