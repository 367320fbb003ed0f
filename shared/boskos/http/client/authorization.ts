import { readFile } from 'node:fs/promises';

import { MasonError } from '../../../errors.ts';
import { idTokenFor, type IdTokens } from '../../../runtime/idToken.ts';
import { systemMessage } from '../../../runtime/systemMessage.ts';
import { BoskosFault } from './fault.ts';

/** Gives the value of the header Authorization, or null for none. */
export type Authorization = () => Promise<string | null>;

/** For a server that lets everybody in, as the original itself does. */
export const noAuthorization: Authorization = () => Promise.resolve(null);

/**
 * Basic, as boskosctl sends it. The file is read anew each time: a secret that is mounted changes while we run, and a
 * local read costs less than to know whether it is needed.
 * @throws MasonError ENVIRONMENT_INVALID for a user that Basic can't tell from the password
 */
export function basicAuthorization({
  user,
  passwordFile,
}: {
  readonly user: string;
  readonly passwordFile: string;
}): Authorization {
  if (user === '' || user.includes(':'))
    throw new MasonError('ENVIRONMENT_INVALID', 'the user for Boskos must be there, and have no colon in it');
  return async () => {
    const text = await readFile(passwordFile, 'utf8').catch((error: unknown) => {
      const message = `the password for Boskos can not be read from ${passwordFile}: ${systemMessage(error)}`;
      throw new BoskosFault('BOSKOS_REFUSED', message, { sent: false });
    });
    // Editors end a file with a newline, which no password has at its end.
    const password = text.replace(/\r?\n$/, '');
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  };
}

/**
 * An ID token of the account that Mason runs as, for a server on Cloud Run behind IAM.
 * @param audience the URL of the Cloud Run service
 * @param open default: the account of the environment
 */
export function idTokenAuthorization(audience: string, open?: () => Promise<IdTokens>): Authorization {
  const token = idTokenFor(audience, open);
  return () =>
    token().catch((error: unknown) => {
      throw unobtainable(audience, error);
    });
}

/** These accounts have no ID token, and never will: google-auth-library has no code for it. */
const NO_TOKEN = /Cannot fetch ID token in this environment|Could not load the default credentials/;

function unobtainable(audience: string, error: unknown): BoskosFault {
  const reason = error instanceof Error ? error.message : String(error);
  const code = NO_TOKEN.test(reason) ? 'BOSKOS_REFUSED' : 'BOSKOS_UNAVAILABLE';
  const message = `there is no ID token for Boskos at ${audience} (${reason.slice(0, 200)}). Mason must run as a service account`;
  return new BoskosFault(code, message, { sent: false });
}
