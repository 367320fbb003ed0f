import { Command, InvalidArgumentError, Option } from 'commander';

import { parseGoDuration } from '../config/goDuration.ts';
import { REAPED_STATES } from '../ledger/transitions/states.ts';
import type { BoskosPlace } from '../runtime/boskosPlace.ts';
import { readReapStates } from '../runtime/reapStates.ts';

/** What the flags of `npm start` say. */
export interface Settings {
  /** Paths as people wrote them. */
  readonly config: string;
  /** A folder, or `:memory:`. */
  readonly data: string;
  /** 0: any. */
  readonly port: number;
  readonly untilIdle: boolean;
  /** Milliseconds; only with `untilIdle`. */
  readonly timeoutMs: number;
  readonly json: boolean;
  /** Whether the console takes orders. */
  readonly consoleActions: boolean;
  /** Whether the console shows user data. */
  readonly consoleUserData: boolean;
  /** boskos: its API alone, without a Mason. Null: everything. */
  readonly only: 'boskos' | null;
  /** An existing server to lease from; null: the ledger keeps the resources itself. */
  readonly boskos: BoskosPlace | null;
  /** Milliseconds (see RanchUsersOptions). */
  readonly requestTtlMs: number;
  /** Milliseconds (see RanchOptions). */
  readonly leaseExpiryMs: number;
  /** See RanchOptions. */
  readonly reapStates: readonly string[];
}

export const IN_MEMORY = ':memory:';

interface Flags {
  readonly config: string;
  readonly data?: string;
  readonly port: number;
  readonly untilIdle?: true;
  readonly timeout: number;
  readonly json?: true;
  readonly consoleActions?: true;
  readonly consoleUserData?: true;
  readonly only?: 'boskos';
  readonly boskosUrl?: string;
  readonly boskosUser: string;
  readonly boskosPasswordFile?: string;
  readonly requestTtl: number;
  readonly leaseExpiry: number;
  readonly reapStates: readonly string[];
}

/** Apart, since two that read a config differently would undo each other's work on one ledger. */
const DATA = { everything: '.mason', boskos: '.mason/boskos', http: '.mason/http' } as const;

/**
 * @param argv the flags alone
 * @param write where help and what is wrong with the flags are written
 * @throws CommanderError on a bad flag, and after --help
 */
export function readSettings(
  argv: readonly string[],
  write: { out(text: string): void; err(text: string): void },
): Settings {
  const program = createProgram();
  program.configureOutput({ writeOut: (text) => write.out(text), writeErr: (text) => write.err(text) });
  program.exitOverride().parse(argv, { from: 'user' });
  const flags = program.opts<Flags>();
  const isGiven = (flag: keyof Flags): boolean => program.getOptionValueSource(flag) === 'cli';
  const contradiction = contradictionIn(flags, isGiven);
  if (contradiction !== null) program.error(`error: ${contradiction}`);
  const { untilIdle = false, json = false, only = null } = flags;
  const boskos = boskosOf(flags);
  return {
    config: flags.config,
    data: flags.data ?? DATA[only ?? (boskos === null ? 'everything' : 'http')],
    boskos,
    port: flags.port,
    untilIdle,
    timeoutMs: flags.timeout,
    json,
    consoleActions: flags.consoleActions ?? false,
    consoleUserData: flags.consoleUserData ?? false,
    only,
    requestTtlMs: flags.requestTtl,
    leaseExpiryMs: flags.leaseExpiry,
    reapStates: flags.reapStates,
  };
}

/** @returns which two flags don't go together; null: all do */
function contradictionIn(
  { untilIdle, only, boskosUrl, boskosPasswordFile }: Flags,
  isGiven: (flag: keyof Flags) => boolean,
): string | null {
  const isIdle = untilIdle === true;
  if (isGiven('timeout') && !isIdle) return '--timeout goes with --until-idle only';
  if (isIdle && only !== undefined)
    return `--until-idle waits for Mason's work, and --only ${only} does none`;
  if (boskosUrl !== undefined && only !== undefined)
    return `--boskos-url is for a Mason that works on another server, and --only ${only} has none`;
  if (boskosUrl === undefined && boskosPasswordFile !== undefined)
    return '--boskos-password-file goes with --boskos-url only';
  if (boskosPasswordFile === undefined && isGiven('boskosUser'))
    return '--boskos-user goes with --boskos-password-file only';
  return null;
}

function boskosOf({ boskosUrl, boskosUser, boskosPasswordFile }: Flags): BoskosPlace | null {
  if (boskosUrl === undefined) return null;
  return {
    url: boskosUrl,
    auth:
      boskosPasswordFile === undefined
        ? { kind: 'none' }
        : { kind: 'basic', user: boskosUser, passwordFile: boskosPasswordFile },
  };
}

function createProgram(): Command {
  return new Command('npm start --')
    .description(
      "Runs Mason on this machine: all functions in one process, with a ledger on disk, and Boskos's API in front of it.",
    )
    .option('--config <file>', "the resources, in Boskos's form", 'infra/examples/local/resources.yaml')
    .option(
      '--data <dir>',
      `where the ledger is kept, or ${IN_MEMORY} (default: ${DATA.everything}; with --only boskos ${DATA.boskos}, with --boskos-url ${DATA.http})`,
    )
    .addOption(
      new Option(
        '--only <part>',
        'boskos: only its API, its pools kept at their size; no phase runs and nothing is cleaned',
      ).choices(['boskos']),
    )
    .option('--boskos-url <url>', 'an existing Boskos server to work on; without it, the ledger is one')
    .option('--boskos-user <name>', 'for a server that asks for a password', 'mason')
    .option('--boskos-password-file <file>', 'read again at each call')
    .addOption(
      new Option('--port <n>', 'on 127.0.0.1; 0: any that is free').argParser(readPort).default(8377),
    )
    .option('--until-idle', 'stop as soon as every pool is at its size and nothing is in flight')
    .addOption(
      new Option('--timeout <duration>', 'how long --until-idle waits')
        .argParser(readDuration)
        .default(120_000, '120s'),
    )
    .addOption(
      new Option('--request-ttl <duration>', 'how long a place in the queue is kept without another poll')
        .argParser(readDuration)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('--lease-expiry <duration>', 'how long a user may hold a resource without a sign of life')
        .argParser(readDuration)
        .default(1_800_000, '30m'),
    )
    .addOption(
      new Option('--reap-states <states>', 'in which states that holds, separated by commas')
        .argParser(readStates)
        .default(REAPED_STATES, REAPED_STATES.join()),
    )
    .option('--console-actions', 'the console may retry, hold, release, pause and resume')
    .option('--console-user-data', 'the console shows user data, which may hold credentials')
    .option('--json', 'one event a line, for programs')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm start -- --help tells the flags)')
    .addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
Exit codes: 0 stopped, or idle with --until-idle; 3 something is in quarantine; 4 not idle within the timeout;
64 a bad flag or a port in use; 66 no such config file; 78 a faulty config; 130 stopped at once by a second Ctrl-C.`;

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}

function readStates(text: string): readonly string[] {
  const states = readReapStates(text);
  if ('fault' in states) throw new InvalidArgumentError(`It ${states.fault}.`);
  return states;
}

function readDuration(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms > 0) return ms;
  throw new InvalidArgumentError('It is a duration such as 90s or 2m.');
}
