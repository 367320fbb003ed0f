import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';

import type { Credentials } from '../client/options.ts';
import { MasonError } from '../errors.ts';
import { systemMessage } from '../runtime/systemMessage.ts';
import type { Io } from './io.ts';
import { createTokenSource, type TokenFlags } from './proxy/idToken.ts';
import { tokenMeans } from './proxy/tokenMeans.ts';

/** Who calls. */
export interface CredentialFlags extends TokenFlags {
  readonly username?: string;
  readonly passwordFile?: string;
  readonly idToken?: true;
  readonly audience?: string;
}

/** Adds the flags of a command that calls a server which may ask who calls. */
export const withCredentials = (command: Command): Command =>
  command
    .option('--username <name>', 'for a server that asks for a password')
    .option('--password-file <file>', 'with the password')
    .option('--id-token', 'sends an ID token, as a function behind IAM wants it; of itself for *.run.app')
    .option('--impersonate <service-account>', 'the token is of this service account')
    .option('--token-command <line>', 'for the shell; it prints the token')
    .option('--audience <url>', "what the token is for, where the URL is not the function's own");

/** A deployed function is behind IAM unless it is told otherwise. */
const DEPLOYED = /[.](?:run[.]app|cloudfunctions[.]net)$/;

/**
 * @param url of the server
 * @returns null: it asks nobody
 * @throws MasonError ENVIRONMENT_INVALID
 */
export function credentialsOf(io: Io, flags: CredentialFlags, url: string): Credentials | null {
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
