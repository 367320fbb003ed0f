import { Command, InvalidArgumentError, Option } from 'commander';

import { parseGoDuration } from '../config/goDuration.ts';

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
}

export const IN_MEMORY = ':memory:';

interface Flags {
  readonly config: string;
  readonly data: string;
  readonly port: number;
  readonly untilIdle?: true;
  readonly timeout: number;
  readonly json?: true;
}

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
  const { timeout, untilIdle = false, json = false, ...flags } = program.opts<Flags>();
  if (program.getOptionValueSource('timeout') === 'cli' && !untilIdle) {
    program.error('error: --timeout goes with --until-idle only');
  }
  return { ...flags, untilIdle, json, timeoutMs: timeout };
}

function createProgram(): Command {
  return new Command('npm start --')
    .description('Runs Mason on this machine: all functions in one process, with a ledger on disk.')
    .option('--config <file>', "the resources, in Boskos's form", 'infra/examples/local/resources.yaml')
    .option('--data <dir>', `where the ledger is kept, or ${IN_MEMORY}`, '.mason')
    .addOption(
      new Option('--port <n>', 'on 127.0.0.1; 0: any that is free').argParser(readPort).default(8377),
    )
    .option('--until-idle', 'stop as soon as every pool is at its size and nothing is in flight')
    .addOption(
      new Option('--timeout <duration>', 'how long --until-idle waits')
        .argParser(readTimeout)
        .default(120_000, '120s'),
    )
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

function readTimeout(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms > 0) return ms;
  throw new InvalidArgumentError('It is a duration such as 90s or 2m.');
}
