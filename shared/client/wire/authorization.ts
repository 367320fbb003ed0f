import { MasonError } from '../../errors.ts';
import type { Credentials } from '../options.ts';
import { isPrivate } from './place.ts';

/**
 * The value of the header Authorization; null: none.
 * @throws MasonError ENVIRONMENT_INVALID for what can't be sent, or not without others' reading it
 */
export function authorizationOf(
  credentials: Credentials | undefined,
  base: string,
): () => Promise<string | null> {
  if (credentials === undefined) return () => Promise.resolve(null);
  if ('token' in credentials) {
    if (!isPrivate(base))
      throw new MasonError(
        'ENVIRONMENT_INVALID',
        `a token is not sent to ${base} in the clear: use https://`,
      );
    return async () => `Bearer ${await valueOf(credentials.token)}`;
  }
  const { user, password } = credentials;
  if (user === '' || user.includes(':'))
    throw new MasonError('ENVIRONMENT_INVALID', 'the user must be there, and have no colon in it');
  return async () => `Basic ${Buffer.from(`${user}:${await valueOf(password)}`).toString('base64')}`;
}

const valueOf = async (given: string | (() => string | Promise<string>)): Promise<string> =>
  typeof given === 'string' ? given : given();
