import type { Command } from 'commander';

import { configJsonSchema } from '../config/jsonSchema.ts';
import { check } from './check.ts';
import { plan } from './plan.ts';
import { clientOf, withServer, type CommandParts, type ServerFlags } from './serverFlags.ts';

/** What is asked of a config before it is in force. */
export function addConfigCommands(program: Command, parts: CommandParts): void {
  const { io, exit } = parts;
  program
    .command('check')
    .description('checks a config file without running anything')
    .argument('<file>', "in Boskos's form")
    .option('--json', 'every fault as JSON')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      exit(await check(io, { file, json }));
    });
  withServer(program.command('plan'))
    .description('says what applying a config would create, rebuild, drain and delete, and changes nothing')
    .argument('<file>', "in Boskos's form")
    .option(
      '--ledger <place>',
      'reads this ledger and asks no server: a SQLite file, firestore or firestore:DATABASE (of GOOGLE_CLOUD_PROJECT)',
    )
    .action(async (file: string, flags: ServerFlags & { ledger?: string }) => {
      const { ledger, json = false } = flags;
      exit(await plan(io, clientOf(parts, flags), { file, ledger, json }));
    });
  program
    .command('schema')
    .description('prints the JSON Schema of a config file, for editors')
    .action(() => {
      io.out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
}
