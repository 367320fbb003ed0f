import type { Command } from 'commander';

import type { Io } from './io.ts';
import { createServerClient, readUrl, type ServerClient } from './serverClient.ts';

export interface ServerFlags {
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
  command
    .option(
      '--url <url>',
      'where the Mason is (or MASON_URL in the environment; default http://127.0.0.1:8377)',
    )
    .option('--json', 'as JSON');

/** @throws MasonError ENVIRONMENT_INVALID */
export const clientOf = ({ io }: Pick<CommandParts, 'io'>, { url }: ServerFlags): ServerClient =>
  createServerClient(readUrl(url, io.environment));
