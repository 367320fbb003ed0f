import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { test } from '@jest/globals';

import { commandConverter } from '../../../shared/masonables/command/command.ts';
import { masonableContract } from '../../../shared/masonables/contract.ts';

const script = fileURLToPath(new URL('things.sh', import.meta.url));

masonableContract(
  async () => {
    const things = await mkdtemp(join(tmpdir(), 'mason-things-'));
    return {
      masonable: commandConverter().convert({
        run: ['sh', script],
        destroy: ['sh', script],
        env: { THINGS: things },
        timeout: 60_000,
      }),
      resource: { type: 'environment', name: 'environment-1', userData: {} },
      leased: { disk: ['disk-1', 'disk-2'].map((name) => ({ type: 'disk', name, userData: {} })) },
      existing: () => readdir(things),
      close: () => rm(things, { recursive: true }),
    };
  },
  { test, wait },
);
