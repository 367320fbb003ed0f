import type { Command } from 'commander';

import { deadLetters } from './deadLetters.ts';
import { history } from './history.ts';
import { interruptible } from './leases/interruptible.ts';
import { clientOf, withServer, type CommandParts, type ServerFlags } from './serverFlags.ts';
import { renderStatus } from './status.ts';
import { LOOK_AFAR_MS, LOOK_MS, watch } from './watch.ts';

interface StatusFlags extends ServerFlags {
  readonly userdata?: true;
  readonly watch?: true;
}

/** What is asked of a Mason that is at work. */
export function addQuestions(program: Command, parts: CommandParts): void {
  withServer(program.command('status'))
    .description('shows all pools, the members of one type, or the whole story of one resource')
    .argument('[name]', 'of a resource, or of a type')
    .option('--userdata', 'with the user data of a resource, which may hold credentials')
    .option('--watch', 'shows it again as often as it changes, until Ctrl-C')
    .action((name: string | undefined, flags: StatusFlags) => status(parts, name, flags));
  withServer(program.command('pools'))
    .description('shows all pools')
    .option('--watch', 'shows them again as often as they change, until Ctrl-C')
    .action((flags: StatusFlags) => status(parts, undefined, flags));
  withServer(program.command('history'))
    .description('tells what has happened to a resource in this round and the one before')
    .argument('<name>', 'of a resource')
    .action(async (name: string, flags: ServerFlags) => {
      await history(parts.io, clientOf(parts, flags), { name, json: flags.json ?? false });
    });
  withServer(program.command('dead-letters'))
    .description('lists the messages that were delivered in vain too often')
    .action(async (flags: ServerFlags) => {
      await deadLetters(parts.io, clientOf(parts, flags), { json: flags.json ?? false });
    });
}

async function status(parts: CommandParts, name: string | undefined, flags: StatusFlags): Promise<void> {
  const { io, exit } = parts;
  const server = clientOf(parts, flags);
  const order = { name, json: flags.json ?? false, userData: flags.userdata ?? false };
  const look = (isWatched: boolean): Promise<string> => renderStatus(io, server, { ...order, isWatched });
  if (flags.watch !== true) io.out(await look(false));
  else {
    const everyMs = server.isNear ? LOOK_MS : LOOK_AFAR_MS;
    exit(await interruptible((signal) => watch(io, () => look(true), { everyMs, signal })));
  }
}
