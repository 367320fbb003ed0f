import { MasonClient } from '../../client/masonClient.ts';
import type { MasonError } from '../../errors.ts';
import { credentialsOf, type CredentialFlags } from '../credentials.ts';
import type { Io } from '../io.ts';
import { readUrl } from '../serverClient.ts';
import { urlFlag } from '../urlFlag.ts';
import { defaultOwner } from './owner.ts';

/** What every command has that leases from a Boskos API. */
export interface LeaseFlags extends CredentialFlags {
  readonly url?: string;
  readonly json?: true;
  readonly owner?: string;
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

/** What a command that is shown to people needs, so that it is of the same owner on the same server. */
export function flagsOf(
  { environment }: Pick<Io, 'environment'>,
  { url, owner }: Pick<Connection, 'url' | 'owner'>,
): string {
  const ownerFlag = owner === defaultOwner(environment) ? '' : ` --owner ${owner}`;
  return `${ownerFlag}${urlFlag(url)}`;
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
