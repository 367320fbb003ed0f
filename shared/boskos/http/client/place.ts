import { MasonError } from '../../../errors.ts';

/** Where a server is. */
export interface Place {
  /** Without a slash at its end. */
  readonly base: string;
}

/**
 * @param url with or without a slash at its end; may have a path
 * @throws MasonError ENVIRONMENT_INVALID
 */
export function readPlace(url: string): Place {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw invalid('is no URL: write it like http://boskos.example');
  // A URL stands in logs and messages, where nobody looks for a password.
  if (parsed.username !== '' || parsed.password !== '')
    throw invalid(
      `at ${parsed.host} has a user or a password in it: take them out, and give Mason a user and a password file`,
    );
  if (parsed.search !== '' || parsed.hash !== '')
    throw invalid(`at ${parsed.host} has a ? or a # in it, behind which no call can stand: take that out`);
  return { base: parsed.origin + parsed.pathname.replace(/\/+$/, '') };
}

const invalid = (why: string): MasonError =>
  new MasonError('ENVIRONMENT_INVALID', `the URL of the Boskos server ${why}`);

/** A call's URL. Its parameters stand in the query alone: the wire looks for them nowhere else. */
export function urlOf({ base }: Place, path: string, parameters: Readonly<Record<string, string>>): string {
  return new URL(`${base}${path}?${new URLSearchParams(parameters).toString()}`).href;
}
