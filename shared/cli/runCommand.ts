import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { parseGoDuration } from '../config/goDuration.ts';
import { configJsonSchema } from '../config/jsonSchema.ts';
import { ERRORS, MasonError } from '../errors.ts';
import { TASKS } from '../ledger/records.ts';
import { check } from './check.ts';
import type { Io } from './io.ts';
import { addLeases } from './leases/addLeases.ts';
import { hold, publish, retry, unhold } from './order.ts';
import { proxy, type ProxyOrder } from './proxy/proxy.ts';
import { restored } from './restored.ts';
import { createServerClient, readUrl, type ServerClient } from './serverClient.ts';
import { status } from './status.ts';

/** EX_SOFTWARE of sysexits.h. */
const FAULT_IN_MASON = 70;

/**
 * The `mason` command.
 * @param argv what stands behind `mason`
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERRORS.ENVIRONMENT_INVALID.exit;
    if (error instanceof MasonError) {
      io.err(`mason: ${error.message}\n`);
      return ERRORS[error.code].exit;
    }
    io.err(
      `mason: a fault in mason itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return FAULT_IN_MASON;
  }
}

interface ServerFlags {
  readonly url?: string;
  readonly json?: true;
}

function createProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('mason')
    .description(
      'Shows what a Mason does and tells it what to do. By default the one that npm start runs on this machine.',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(mason --help tells the commands and flags)')
    .addHelpText('after', `\n${exitCodes()}`);
  const clientOf = ({ url }: ServerFlags) => createServerClient(readUrl(url, io.environment));

  program
    .command('check')
    .description('checks a config file without running anything')
    .argument('<file>', "in Boskos's form")
    .option('--json', 'every fault as JSON')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      exit(await check(io, { file, json }));
    });
  program
    .command('schema')
    .description('prints the JSON Schema of a config file, for editors')
    .action(() => {
      io.out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  withServer(program.command('status'))
    .description('shows all pools, the members of one type, or the whole story of one resource')
    .argument('[name]', 'of a resource, or of a type')
    .option('--userdata', 'with the user data of a resource, which may hold credentials')
    .action(async (name: string | undefined, flags: ServerFlags & { userdata?: true }) => {
      await status(io, clientOf(flags), {
        name,
        json: flags.json ?? false,
        userData: flags.userdata ?? false,
      });
    });
  withServer(program.command('publish'))
    .description('runs a phase by hand: recycle takes a free or dirty resource round again')
    .argument('<phase>', TASKS.join(', '))
    .argument('<name>', 'of a resource')
    .action(async (phase: string, name: string, flags: ServerFlags) => {
      await publish(io, clientOf(flags), { phase, name, json: flags.json ?? false });
    });
  withServer(program.command('retry'))
    .description('takes a resource out of quarantine: its work is tried again')
    .argument('<name>', 'of a resource')
    .action(async (name: string, flags: ServerFlags) => {
      await retry(io, clientOf(flags), { name, json: flags.json ?? false });
    });
  addHolds(program, io, clientOf);
  addRestored(program, io);
  addLeases(program, { io, exit });
  addProxy(program, io);
  return program;
}

function addHolds(program: Command, io: Io, clientOf: (flags: ServerFlags) => ServerClient): void {
  withServer(program.command('hold'))
    .description(
      'sets a free resource, or one in quarantine, aside: nobody gets it, and Mason leaves it alone',
    )
    .argument('<name>', 'of a resource')
    .option(
      '--for <duration>',
      'after which it ends by itself, such as 90m or 2h',
      readDuration,
      TWO_HOURS_MS,
    )
    .option('--reason <text>', 'for those who see it', '')
    .action(async (name: string, flags: ServerFlags & { for: number; reason: string }) => {
      const { json = false, for: forMs, reason } = flags;
      await hold(io, clientOf(flags), { name, forMs, reason, json });
    });
  withServer(program.command('unhold'))
    .description('ends a hold; one in quarantine stays there, and gives back what it is made of')
    .argument('<name>', 'of a resource')
    .addOption(
      new Option('--to <state>', 'what one that was free becomes').choices(['free', 'dirty']).default('free'),
    )
    .action(async (name: string, flags: ServerFlags & { to: 'free' | 'dirty' }) => {
      await unhold(io, clientOf(flags), { name, to: flags.to, json: flags.json ?? false });
    });
}

/** Works on a ledger, not on a Mason: none may run. */
function addRestored(program: Command, io: Io): void {
  program
    .command('restored')
    .description(
      'after a ledger was restored from a backup, before any Mason works on it: every resource goes dirty, and nothing that was done since the backup passes for new',
    )
    .requiredOption(
      '--ledger <place>',
      'a SQLite file, firestore or firestore:DATABASE (of GOOGLE_CLOUD_PROJECT)',
    )
    .option('--new', 'there is no backup: makes an empty ledger that knows how little it knows')
    .option('--yes', 'no Mason works on it, and users may lose what they hold')
    .option('--json', 'as JSON')
    .action(async (flags: { ledger: string; new?: true; yes?: true; json?: true }) => {
      const { ledger, new: isNew = false, yes = false, json = false } = flags;
      await restored(io, { ledger, isNew, yes, json });
    });
}

const TWO_HOURS_MS = 7_200_000;

function readDuration(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms >= 1_000) return ms;
  throw new InvalidArgumentError('It is a duration such as 90m or 2h, of a second at least.');
}

/** No `json`: what it says is said by those who are behind it. */
function addProxy(program: Command, io: Io): void {
  program
    .command('proxy')
    .description(
      "leads Boskos's own clients, which can't send an ID token, to a Boskos API that is deployed behind IAM: it listens on 127.0.0.1, adds your token to each call and changes nothing else",
    )
    .requiredOption('--url <url>', 'of the deployed function, https://…')
    .option('--port <n>', 'on 127.0.0.1; 0: any that is free', readPort, 8378)
    .option('--impersonate <service-account>', 'the token is of this service account')
    .option('--token-command <line>', 'for the shell; it prints the token')
    .option('--audience <url>', "what the token is for, where the URL is not the function's own")
    .action(async (order: ProxyOrder) => {
      await proxy(io, order);
    });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}

const withServer = (command: Command): Command =>
  command
    .option(
      '--url <url>',
      'where the Mason is (or MASON_URL in the environment; default http://127.0.0.1:8377)',
    )
    .option('--json', 'as JSON');

/** Told from the table of errors, so that it can't differ from what happens. */
function exitCodes(): string {
  const facts: { exit: number; meaning: string }[] = [
    { exit: 0, meaning: 'done' },
    ...Object.values(ERRORS),
    { exit: FAULT_IN_MASON, meaning: 'a fault in mason itself' },
  ];
  const byCode = [...Map.groupBy(facts, ({ exit }) => exit)].sort(([a], [b]) => a - b);
  const lines = byCode.map(
    ([code, alike]) => `  ${code}`.padEnd(6) + alike.map(({ meaning }) => meaning).join('\n      '),
  );
  return ['Exit codes:', ...lines].join('\n');
}
