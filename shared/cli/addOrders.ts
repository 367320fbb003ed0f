import { InvalidArgumentError, Option, type Command } from 'commander';

import { parseGoDuration } from '../config/goDuration.ts';
import { TASKS } from '../ledger/records.ts';
import { hold, pause, publish, resume, retry, unhold } from './order.ts';
import { clientOf, withServer, type CommandParts, type ServerFlags } from './serverFlags.ts';

/** What a person tells a Mason to do. */
export function addOrders(program: Command, parts: Pick<CommandParts, 'io'>): void {
  const { io } = parts;
  withServer(program.command('publish'))
    .description('runs a phase by hand: recycle takes a free or dirty resource round again')
    .argument('<phase>', TASKS.join(', '))
    .argument('<name>', 'of a resource')
    .action(async (phase: string, name: string, flags: ServerFlags) => {
      await publish(io, clientOf(parts, flags), { phase, name, json: flags.json ?? false });
    });
  withServer(program.command('retry'))
    .description('takes a resource out of quarantine: its work is tried again')
    .argument('<name>', 'of a resource')
    .action(async (name: string, flags: ServerFlags) => {
      await retry(io, clientOf(parts, flags), { name, json: flags.json ?? false });
    });
  addHolds(program, parts);
  addPauses(program, parts);
}

function addPauses(program: Command, parts: Pick<CommandParts, 'io'>): void {
  const { io } = parts;
  withServer(program.command('pause'))
    .description('leaves all members of a type alone, whatever the config says, until mason resume')
    .argument('<type>', 'as the config names it')
    .option('--reason <text>', 'for those who see it', '')
    .action(async (type: string, flags: ServerFlags & { reason: string }) => {
      await pause(io, clientOf(parts, flags), { type, reason: flags.reason, json: flags.json ?? false });
    });
  withServer(program.command('resume'))
    .description('ends a pause')
    .argument('<type>', 'as the config names it')
    .action(async (type: string, flags: ServerFlags) => {
      await resume(io, clientOf(parts, flags), { type, json: flags.json ?? false });
    });
}

function addHolds(program: Command, parts: Pick<CommandParts, 'io'>): void {
  const { io } = parts;
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
      await hold(io, clientOf(parts, flags), { name, forMs, reason, json });
    });
  withServer(program.command('unhold'))
    .description('ends a hold; one in quarantine stays there, and gives back what it is made of')
    .argument('<name>', 'of a resource')
    .addOption(
      new Option('--to <state>', 'what one that was free becomes').choices(['free', 'dirty']).default('free'),
    )
    .action(async (name: string, flags: ServerFlags & { to: 'free' | 'dirty' }) => {
      await unhold(io, clientOf(parts, flags), { name, to: flags.to, json: flags.json ?? false });
    });
}

const TWO_HOURS_MS = 7_200_000;

function readDuration(text: string): number {
  const ms = parseGoDuration(text);
  if (typeof ms === 'number' && ms >= 1_000) return ms;
  throw new InvalidArgumentError('It is a duration such as 90m or 2h, of a second at least.');
}
