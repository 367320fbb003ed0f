import type { Command } from 'commander';

import { authorizationOf } from '../client/wire/authorization.ts';
import { credentialsOf, withCredentials, type CredentialFlags } from './credentials.ts';
import type { Io } from './io.ts';
import { createServerClient, readUrl, type ServerClient } from './serverClient.ts';

export interface ServerFlags extends CredentialFlags {
  readonly url?: string;
  readonly json?: true;
}

/** What the commands need that ask a Mason. */
export interface CommandParts {
  readonly io: Io;
  /** Sets the exit code. */
  readonly exit: (code: number) => void;
}

/** Adds the flags of a command that asks a Mason. */
export const withServer = (command: Command): Command =>
  withCredentials(
    command
      .option(
        '--url <url>',
        'of a Mason: npm start’s, or the console’s of a deployed one (or MASON_URL; default http://127.0.0.1:8377)',
      )
      .option('--json', 'as JSON'),
  );

/** @throws MasonError ENVIRONMENT_INVALID */
export function clientOf({ io }: Pick<CommandParts, 'io'>, flags: ServerFlags): ServerClient {
  const url = readUrl(flags.url, io.environment);
  const credentials = credentialsOf(io, flags, url);
  return createServerClient(url, authorizationOf(credentials ?? undefined, url));
}
