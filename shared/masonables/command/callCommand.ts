import { stat } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

import { parseGoDuration } from '../../config/goDuration.ts';
import { MasonError } from '../../errors.ts';
import { messageOf } from '../messageOf.ts';
import { notYet } from '../port.ts';
import type { LeasedResources, MasonableResource, NotYet, RunContext } from '../port.ts';
import { NOT_YET_CODE, readNotYet, stringsIn } from './answer.ts';
import type { Answer } from './answer.ts';
import type { CleanContent } from './content.ts';
import { commandEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { mask } from '../mask.ts';
import { PROCESS_LIMITS, runProcess } from './runProcess.ts';
import type { ProcessEnd, ProcessLimits } from './runProcess.ts';

export interface CommandOptions {
  /** The environment of which a command inherits a part; by default this process's. */
  readonly inherited?: Environment;
  readonly limits?: Partial<ProcessLimits>;
}

/** One run of a command for one resource. */
export interface CommandCall {
  readonly action: 'construct' | 'destroy' | 'clean';
  readonly argv: CleanContent['run'];
  readonly content: CleanContent;
  readonly resource: MasonableResource;
  readonly leased: LeasedResources;
  readonly context: RunContext;
}

/**
 * Runs a command to its end.
 * @param read makes the result out of the stdout of a command that succeeded
 * @throws MasonError COMMAND_FAILED, whose message has no user data in it
 */
export async function callCommand<T>(
  call: CommandCall,
  read: (stdout: Buffer) => Answer<T>,
  options: CommandOptions,
): Promise<{ readonly done: true; readonly value: T } | NotYet> {
  const limits = { ...PROCESS_LIMITS, ...options.limits };
  const { argv, content, context } = call;
  const end = await runProcess({
    argv,
    env: environmentOf(call, options.inherited ?? process.env),
    directory: content.directory,
    stdin: stdinOf(call),
    timeoutMs: content.timeout,
    signal: context.signal,
    limits,
  });
  const fault = await faultOf(call, end, limits);
  if (fault !== null) throw failed(call, end, fault);
  const isDone = end.how === 'exited' && end.code !== NOT_YET_CODE;
  const answer = isDone ? readDone(read(end.stdout)) : readLater(readNotYet(end.stdout));
  if ('fault' in answer) throw failed(call, end, `must write to stdout ${answer.fault}`);
  return answer;
}

function environmentOf({ content, resource, leased, context, action }: CommandCall, inherited: Environment) {
  return commandEnvironment(inherited, content.env, { resource, leased, cycle: context.cycle, action });
}

/** The keys are those of Boskos's own JSON. */
function stdinOf({ resource, leased, context: { cycle, token, checkpoint }, action }: CommandCall): string {
  const shown = ({ type, name, userData }: MasonableResource) => ({ type, name, userdata: userData });
  const lists = Object.entries(leased).map(([type, resources]) => [type, resources.map(shown)] as const);
  const leasedShown = Object.fromEntries(lists);
  return JSON.stringify({ resource: shown(resource), leased: leasedShown, cycle, token, checkpoint, action });
}

const readDone = <T>(answer: Answer<T>) =>
  'fault' in answer ? answer : ({ done: true, value: answer.value } as const);

function readLater(answer: ReturnType<typeof readNotYet>): NotYet | { readonly fault: string } {
  if ('fault' in answer) return answer;
  const { checkpoint, againIn } = answer.value;
  const ms = parseGoDuration(againIn);
  if (typeof ms === 'number' && ms > 0) return notYet(checkpoint, ms);
  return { fault: 'an "againIn" that is a Go duration longer than 0, such as "30s"' };
}

/** What is wrong with how the command ended; null if nothing is. */
async function faultOf(call: CommandCall, end: ProcessEnd, limits: ProcessLimits): Promise<string | null> {
  switch (end.how) {
    case 'not-started':
      return `did not start: ${await whyNotStarted(call.content.directory, end.cause)}`;
    case 'aborted':
      return `was stopped: ${messageOf(call.context.signal.reason)}`;
    case 'timed-out':
      return `timed out after ${inUnits(call.content.timeout)}`;
    case 'flooded':
      return `wrote output larger than ${limits.stdoutBytes / 1024} KiB to stdout and was ended`;
    case 'signalled':
      return `was ended by ${end.by}${end.by === 'SIGKILL' ? ', which is also how a system without memory ends one' : ''}`;
    case 'exited':
      if (end.code !== 0 && end.code !== NOT_YET_CODE) return `failed with exit code ${end.code}`;
      return end.left ? LEFT : null;
  }
}

const LEFT =
  'left processes behind, which were ended; what shall live on must be started in a session of its own (setsid)';

async function whyNotStarted(directory: string | undefined, cause: unknown): Promise<string> {
  const { code } = Object(cause) as { code?: unknown };
  // The system says ENOENT and EACCES of the directory as well.
  const isDirectory = directory === undefined || (await stat(directory).catch(() => null))?.isDirectory();
  if (!isDirectory) return `its directory ${JSON.stringify(directory)} is not there (or is not a directory)`;
  switch (code) {
    case 'ENOENT':
      return 'there is no such program (or the one that the first line of the script names is missing)';
    case 'EACCES':
      return 'it may not be executed: chmod +x (or its directory may not be entered)';
    case 'E2BIG':
      return 'its arguments and environment are larger than the system allows';
    default:
      return messageOf(cause);
  }
}

function failed(call: CommandCall, end: ProcessEnd, fault: string): MasonError {
  const { action, argv, resource, context } = call;
  const what = `${action} of ${resource.name}: the command ${JSON.stringify(argv[0])} ${fault}`;
  const cause: unknown = end.how === 'aborted' ? context.signal.reason : undefined;
  return new MasonError('COMMAND_FAILED', what + stderrOf(call, end), cause === undefined ? {} : { cause });
}

/** The end of stderr as text: user data masked, because people read it, and nothing in it that a terminal obeys. */
function stderrOf({ resource, leased }: CommandCall, { stderr, stderrCut, stdout, how }: ProcessEnd): string {
  if (how === 'not-started') return '';
  // A character that was cut in two begins with bytes that only continue one.
  const whole = stderrCut ? stderr.subarray(stderr.findIndex((byte) => (byte & 0xc0) !== 0x80)) : stderr;
  const userData = [resource, ...Object.values(leased).flat()].flatMap((one) => Object.values(one.userData));
  const masked = mask(whole.toString('utf8'), [...userData, ...stringsIn(stdout)], stderrCut);
  const text = stripVTControlCharacters(masked)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '')
    .trim();
  if (text === '') return '; it wrote nothing to stderr';
  return stderrCut ? `\nthe end of its stderr:\n…${text}` : `\nits stderr:\n${text}`;
}

/** Milliseconds as a Go duration: 300,000 is 5m, 90,500 is 1m30.5s. */
function inUnits(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    (ms % 60_000) / 1_000,
  ];
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}`;
}
