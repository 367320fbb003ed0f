import { InvalidArgumentError, Option, type Command } from 'commander';

import { parseGoDuration } from '../../config/goDuration.ts';
import { MasonError } from '../../errors.ts';
import { withCredentials } from '../credentials.ts';
import type { Io } from '../io.ts';
import { acquire } from './acquire.ts';
import { connect, type LeaseFlags } from './connection.ts';
import { keep } from './heartbeat.ts';
import { interruptible } from './interruptible.ts';
import { release } from './release.ts';
import { run, type RunOrder } from './run/run.ts';

interface TakeFlags extends LeaseFlags {
  readonly wait: number;
  readonly state: string;
  readonly dest: string;
}

interface Parts {
  readonly io: Io;
  readonly exit: (code: number) => void;
}

/** The commands of those who use what is ready. They work on a Mason's Boskos API and on the original's. */
export function addLeases(program: Command, { io, exit }: Parts): void {
  asTaker(program.command('acquire'))
    .description('takes a resource of a type, with all that it is made of, and prints its name')
    .argument('<type>', 'as the config names it')
    .option('--json', 'the resource as JSON, with its user data, which may hold credentials')
    .action(async (type: string, flags: TakeFlags) => {
      const { json = false, ...rest } = flags;
      const work = async (signal: AbortSignal): Promise<number> => {
        await acquire(io, connect(io, flags), { ...rest, type, json, signal });
        return 0;
      };
      exit(await cured(interruptible(work)));
    });
  asLessee(program.command('release'))
    .description('gives back what was acquired, with all that it is made of')
    .argument('<name>', 'of a resource')
    .option('--dest <state>', 'what it becomes; free only if it was not used', 'dirty')
    .option('--json', 'as JSON')
    .action(async (name: string, flags: LeaseFlags & { dest: string }) => {
      const { json = false, dest } = flags;
      const work = async (signal: AbortSignal): Promise<number> => {
        await release(io, connect(io, flags), { name, dest, json, signal });
        return 0;
      };
      exit(await cured(interruptible(work)));
    });
  addHeartbeat(program, { io, exit });
  addRun(program, { io, exit });
}

function addHeartbeat(program: Command, { io, exit }: Parts): void {
  asLessee(program.command('heartbeat'))
    .description('gives signs of life for what was acquired, so that it is not taken away, until Ctrl-C')
    .argument('<names...>', "of resources. The original's Boskos must be told all that acquire --json shows")
    .addOption(intervalOption())
    .option('--state <state>', "the state that it has, which the original's Boskos doesn't tell")
    .option('--json', 'each sign of life as a line of JSON')
    .action(async (names: string[], flags: LeaseFlags & { interval: number; state?: string }) => {
      const { json = false, interval, state } = flags;
      const order = { names, interval, json, ...(state !== undefined && { state }) };
      exit(await cured(interruptible((signal) => keep(io, connect(io, flags), { ...order, signal }))));
    });
}

type RunFlags = TakeFlags & Pick<RunOrder, 'interval' | 'onLost'> & { readonly quiet?: true };

function addRun(program: Command, { io, exit }: Parts): void {
  asTaker(program.command('run'))
    .description(
      'runs a command with a resource that is its own meanwhile, and gives it back dirty, whatever happens',
    )
    .usage('[options] <type> -- <command...>')
    .argument('<type>', 'as the config names it')
    .argument('<command...>', 'the program and its parameters, after --')
    .addOption(intervalOption())
    .addOption(
      new Option('--on-lost <what>', 'end the command, or only tell, when the resource is taken away from it')
        .choices(['end', 'tell'])
        .default('end'),
    )
    .option('--quiet', 'say only what goes wrong')
    .addHelpText('after', RUN_HELP)
    .showHelpAfterError('(what is to be run stands behind --: mason run TYPE -- COMMAND…)')
    .action(async (type: string, command: string[], flags: RunFlags) => {
      const { quiet = false, ...rest } = flags;
      exit(await cured(run(io, connect(io, flags), { ...rest, type, command, quiet })));
    });
}

async function cured(work: Promise<number>): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof MasonError) || error.code !== 'SERVER_UNREACHABLE') throw error;
    const cure = 'Start a Mason with npm start, or say where it is: --url URL, or MASON_URL';
    throw new MasonError(error.code, `${error.message}. ${cure}`, { cause: error });
  }
}

const RUN_HELP = `
The command finds in its environment MASON_RESOURCE_NAME and MASON_RESOURCE_TYPE; each entry of the user data as
MASON_DATA_KEY (kube-config: MASON_DATA_KUBE_CONFIG), and the name of a file with all of them as JSON in MASON_DATA_FILE.

Exit codes: the command's own, 128 + N if signal N ended it. Before it begins, or if it is ended because the resource was
lost: those of mason --help; 127 if there is no such program.`;

/** What all that lease have. */
const asLessee = (command: Command): Command =>
  withCredentials(
    command
      .option(
        '--url <url>',
        'of a Boskos API (or MASON_URL in the environment; default http://127.0.0.1:8377)',
      )
      .option(
        '--owner <name>',
        'in whose name (or MASON_OWNER; default: the CI job, else USER@HOST)',
        readWord,
      ),
  );

const asTaker = (command: Command): Command =>
  asLessee(command)
    .option('--wait <duration>', 'how long to wait in the queue, such as 10m', readWait, 0)
    .option('--state <state>', 'the state that it must be in', readWord, 'free')
    .option('--dest <state>', 'the state that it gets', readWord, 'busy');

const intervalOption = (): Option =>
  new Option(
    '--interval <duration>',
    'between two signs of life; shorter than the lease expiry of the server',
  )
    .default(60_000, '1m')
    .argParser(readInterval);

function readWait(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms >= 0) return ms;
  throw new InvalidArgumentError('It is a duration such as 90s, 10m or 1h30m.');
}

function readInterval(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms >= 100) return ms;
  throw new InvalidArgumentError('It is a duration such as 30s or 5m, of 100ms at least.');
}

function readWord(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It must not be empty.');
}
