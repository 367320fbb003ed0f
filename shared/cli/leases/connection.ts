import { readFile } from 'node:fs/promises';

import type { Credentials } from '../../client/options.ts';
import { MasonClient } from '../../client/masonClient.ts';
import { MasonError } from '../../errors.ts';
import { systemMessage } from '../../runtime/systemMessage.ts';
import type { Io } from '../io.ts';
import { createTokenSource, type TokenFlags } from '../proxy/idToken.ts';
import { tokenMeans } from '../proxy/tokenMeans.ts';
import { readUrl } from '../serverClient.ts';
import { defaultOwner } from './owner.ts';

/** What every command has that leases from a Boskos API. */
export interface LeaseFlags extends TokenFlags {
  readonly url?: string;
  readonly json?: true;
  readonly owner?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly idToken?: true;
  readonly audience?: string;
}

export interface Connection {
  readonly client: MasonClient;
  readonly url: string;
  readonly owner: string;
}

/** @throws MasonError ENVIRONMENT_INVALID */
export function connect(io: Io, flags: LeaseFlags): Connection {
  const url = readUrl(flags.url, io.environment);
  const owner = flags.owner ?? defaultOwner(io.environment);
  const authorization = credentialsOf(io, flags, url);
  const client = new MasonClient({
    url,
    owner,
    ...(authorization !== null && { authorization }),
    onRetry: tellRetries(io),
  });
  return { client, url, owner };
}

/** A deployed function is behind IAM unless it is told otherwise. */
const DEPLOYED = /[.](?:run[.]app|cloudfunctions[.]net)$/;

function credentialsOf(io: Io, flags: LeaseFlags, url: string): Credentials | null {
  const { username, passwordFile } = flags;
  if (username !== undefined && passwordFile !== undefined)
    return { user: username, password: () => readPassword(passwordFile) };
  if (username !== undefined || passwordFile !== undefined)
    throw new MasonError('ENVIRONMENT_INVALID', '--username and --password-file are only of use together');
  const asked = flags.idToken ?? (flags.impersonate ?? flags.tokenCommand ?? flags.audience) !== undefined;
  if (!asked && !DEPLOYED.test(new URL(url).hostname)) return null;
  return {
    token: createTokenSource(
      { ...flags, audience: flags.audience ?? url },
      { ...tokenMeans(io), now: io.now },
    ),
  };
}

/** Anew at each call: a secret that is mounted changes. */
async function readPassword(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const message = `the password can not be read from ${path}: ${systemMessage(error)}`;
    throw new MasonError('ENVIRONMENT_INVALID', message);
  });
  // Editors end a file with a newline, which no password has at its end.
  return text.replace(/\r?\n$/, '');
}

/** Milliseconds between two lines on the same trouble. */
const TELL_AGAIN = 10_000;

function tellRetries(io: Io): (error: MasonError) => void {
  let last = { message: '', at: 0 };
  return ({ message }) => {
    if (message === last.message && io.now() - last.at < TELL_AGAIN) return;
    last = { message, at: io.now() };
    io.err(`mason: ${message}; trying again\n`);
  };
}
