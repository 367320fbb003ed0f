import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { physical } from './world.ts';

const RESOURCES = 6;
const PROCESSES = 12;
/** So many run at once; the oldest is killed when another one is to start. */
const AT_ONCE = 3;
/** Acknowledgements heard from a process before it may be killed: at another point in its work each time. */
const HEARD = [7, 20, 33, 11, 48, 5, 26, 14, 39, 9, 52, 17];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-processes-'));
  await mkdir(join(folder, 'witnesses'));
});
afterAll(() => rm(folder, { recursive: true }));

const open = () =>
  openSqliteLedger({
    path: join(folder, 'ledger.sqlite'),
    now: () => Date.now(),
    random: () => Math.random(),
  });

describe('several processes on one SQLite file, each killed with -9 in the middle of its work', () => {
  test('never hold one resource twice, and lose nothing that was acknowledged', async () => {
    const names = Array.from({ length: RESOURCES }, (_, index) => `project-${index}`);
    const ledger = open();
    await ledger.configs.store([physical('project', names)]);
    await ledger.pools.keepSize('project', { newName: String, newOwner: String, graceMs: 1000 });
    await ledger.close();

    const users: User[] = [];
    for (let index = 0; index < PROCESSES + AT_ONCE; index += 1) {
      const oldest = users[index - AT_ONCE];
      if (oldest !== undefined) {
        await oldest.kill(HEARD[(index - AT_ONCE) % HEARD.length] ?? 1);
        await bury(oldest);
      }
      if (index < PROCESSES) users.push(startUser(`user-${index}`));
    }

    expect(users.flatMap(({ stderr }) => stderr())).toEqual([]);
    expect(users.flatMap(({ said }) => said.filter(([word]) => word === 'lost'))).toEqual([]);
    const after = open();
    const records = await after.views.records({ limit: 100 });
    await after.close();
    expect(records.map(({ name }) => name)).toEqual(names);
    expect(new Set(records.map(({ state, owner }) => `${state} ${owner}`))).toEqual(new Set(['free ']));
    expect(await readdir(join(folder, 'witnesses'))).toEqual([]);
  });
});

/** What the dead was told that it has is its own; then that comes back, as a reaper would see to it. */
async function bury({ owner, held }: User): Promise<void> {
  const ledger = open();
  const names = (await ledger.views.records({ owner, limit: 100 })).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(held()));
  for (const name of names) {
    await rm(join(folder, 'witnesses', name), { force: true });
    expect(await ledger.users.release({ name, dest: 'free', owner })).toMatchObject({ kind: 'done' });
  }
  await ledger.close();
}

interface User {
  readonly owner: string;
  readonly said: readonly (readonly string[])[];
  readonly stderr: () => string[];
  /** What it was told that it has, and never began to give back. */
  readonly held: () => string[];
  /** Resolves once it is dead; before, so many of its lines must have been heard. */
  readonly kill: (lines: number) => Promise<void>;
}

function startUser(owner: string): User {
  const script = fileURLToPath(new URL('sqliteUser.ts', import.meta.url));
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const paths = [join(folder, 'ledger.sqlite'), join(folder, 'witnesses')];
  const child: ChildProcess = spawn(process.execPath, [...flags, script, ...paths, owner], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[][] = [];
  const errors: string[] = [];
  const exited = once(child, 'exit');
  let onLine = (): void => undefined;
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line.split(' '));
      onLine();
    });
  child.stderr?.on('data', (data) => errors.push(String(data)));
  return {
    owner,
    said,
    stderr: () => errors,
    held: () => {
      const last = new Map(said.map(([word = '', name = '']) => [name, word]));
      return [...last].filter(([, word]) => word === 'got').map(([name]) => name);
    },
    kill: async (lines) => {
      await Promise.race([
        exited,
        new Promise<void>((resolve) => {
          onLine = () => {
            if (said.length >= lines) resolve();
          };
          onLine();
        }),
      ]);
      child.kill('SIGKILL');
      await exited;
    },
  };
}
