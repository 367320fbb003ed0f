import { Command, InvalidArgumentError, Option } from 'commander';

import { parseGoDuration } from '../../config/goDuration.ts';

/** What the flags of `npm run cloud` say. */
export interface CloudSettings {
  /** A path as people wrote it. */
  readonly config: string;
  /** 0: any. */
  readonly port: number;
  /** Milliseconds between two ticks of the Scheduler. */
  readonly every: number;
  readonly json: boolean;
}

/**
 * @param argv the flags alone
 * @param write where help and what is wrong with the flags are written
 * @throws CommanderError on a bad flag, and after --help
 */
export function readCloudSettings(
  argv: readonly string[],
  write: { out(text: string): void; err(text: string): void },
): CloudSettings {
  const program = createProgram();
  program.configureOutput({ writeOut: (text) => write.out(text), writeErr: (text) => write.err(text) });
  program.exitOverride().parse(argv, { from: 'user' });
  const { json = false, ...flags } = program.opts<Omit<CloudSettings, 'json'> & { json?: true }>();
  return { ...flags, json };
}

function createProgram(): Command {
  return new Command('npm run cloud --')
    .description(
      "Runs Mason as it is deployed: each function in a process of its own, on Google's emulators of Firestore and Pub/Sub.",
    )
    .option('--config <file>', "the resources, in Boskos's form", 'infra/examples/cloud/resources.yaml')
    .addOption(
      new Option('--port <n>', 'of what `npx mason` asks, on 127.0.0.1; 0: any that is free')
        .argParser(readPort)
        .default(8377),
    )
    .addOption(
      new Option('--every <duration>', "how often the Scheduler's part wakes sync and janitor")
        .argParser(readEvery)
        .default(3_000, '3s'),
    )
    .option('--json', 'one event a line, for programs')
    .allowExcessArguments(false)
    .showHelpAfterError('(npm run cloud -- --help tells the flags)')
    .addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
Exit codes: 0 stopped; 64 a bad flag, a port in use or a missing tool; 66 no such config file; 69 an emulator or a function
does not start; 78 a faulty config; 130 stopped at once by a second Ctrl-C.`;

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}

function readEvery(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms >= 100) return ms;
  throw new InvalidArgumentError('It is a duration of 100ms or more, such as 5s or 1m.');
}
