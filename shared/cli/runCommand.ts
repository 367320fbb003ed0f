import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { ERRORS, MasonError } from '../errors.ts';
import { tameLines } from '../local/view/cells.ts';
import { addConfigCommands } from './addConfigCommands.ts';
import { addOrders } from './addOrders.ts';
import { addQuestions } from './addQuestions.ts';
import type { Io } from './io.ts';
import { addLeases } from './leases/addLeases.ts';
import { proxy, type ProxyOrder } from './proxy/proxy.ts';
import { restored } from './restored.ts';

/** EX_SOFTWARE of sysexits.h. */
const FAULT_IN_MASON = 70;

/**
 * The `mason` command.
 * @param argv what stands behind `mason`
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], world: Io): Promise<number> {
  // All that goes wrong, whoever words it: a server's error or the owner of a resource may be escape codes.
  const io: Io = { ...world, err: (text) => world.err(tameLines(text)) };
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

function createProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('mason')
    .description(
      'Shows what a Mason does and tells it what to do. By default the one that npm start runs on this machine.',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(mason --help tells the commands and flags)')
    .addHelpText('after', `\n${exitCodes()}`);
  const parts = { io, exit };
  addConfigCommands(program, parts);
  addQuestions(program, parts);
  addOrders(program, parts);
  addRestored(program, io);
  addLeases(program, parts);
  addProxy(program, io);
  return program;
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
