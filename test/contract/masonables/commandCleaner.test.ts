import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { test } from '@jest/globals';

import { cleanerContract } from '../../../shared/masonables/cleanerContract.ts';
import { commandCleaner } from '../../../shared/masonables/command/command.ts';

cleanerContract(
  async () => {
    const things = await mkdtemp(join(tmpdir(), 'mason-things-'));
    for (const name of ['a', 'b']) await writeFile(join(things, name), '');
    const run = ['sh', '-c', 'rm -f "$THINGS"/*'];
    return {
      cleaner: commandCleaner().convert({ run, env: { THINGS: things }, timeout: 60_000 }),
      resource: { type: 'folder', name: 'folder-1', userData: {} },
      dirt: () => readdir(things),
      close: () => rm(things, { recursive: true }),
    };
  },
  { test, wait },
);
