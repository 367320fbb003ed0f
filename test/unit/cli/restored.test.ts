import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { runCommand } from '../../../shared/cli/runCommand.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { numbered, physical, withComponents } from '../../contract/ledger/world.ts';
import { ioInto } from './mason.ts';

const MEMBERS = 501;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-restored-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function mason(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const code = await runCommand(argv, { ...ioInto(written), directory: folder, now: () => 0 });
  return { code, ...written };
}

async function onLedger<Result>(work: (ledger: Ledger) => Promise<Result>): Promise<Result> {
  const surroundings = { clock: systemClock, random: systemRandom };
  const ledger = openLocalLedger(join(folder, 'ledger.sqlite'), surroundings);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

const fill = (): Promise<unknown> =>
  onLedger(async ({ configs, pools }) => {
    await configs.store(withComponents([physical('project', numbered('project', MEMBERS))]));
    await pools.keepSize('project', { newName: () => '', newOwner: () => '', graceMs: 0 });
  });

const freeOnes = (): Promise<number> =>
  onLedger(async ({ views }) => (await views.records({ state: 'free', limit: 1_000 })).length);

test('every resource of the ledger goes dirty, page by page', async () => {
  await fill();
  const { code, out, err } = await mason('restored', '--ledger', 'ledger.sqlite', '--yes');
  expect([code, out]).toEqual([
    0,
    '501 resources were disclaimed. Mason may be started: each goes round once.\n',
  ]);
  expect(err).toBe('500 resources, up to project-98\n');
  expect(await freeOnes()).toBe(0);
});

test('--json tells the floor', async () => {
  await fill();
  const { out } = await mason('restored', '--ledger', 'ledger.sqlite', '--yes', '--json');
  expect(JSON.parse(out)).toEqual({ floor: expect.any(Number), disclaimed: MEMBERS });
});

test('without --yes nothing is done, and what would be is said', async () => {
  await fill();
  const { code, out, err } = await mason('restored', '--ledger', 'ledger.sqlite');
  expect([code, out]).toEqual([75, '']);
  expect(err).toContain('every user loses what he holds');
  expect(await freeOnes()).toBe(MEMBERS);
});

test('--new makes nothing without --yes', async () => {
  expect((await mason('restored', '--ledger', 'ledger.sqlite', '--new')).code).toBe(75);
  expect((await mason('restored', '--ledger', 'ledger.sqlite', '--new', '--yes')).code).toBe(0);
});

test('--new makes an empty ledger, whose first members are dirty: anybody may have them', async () => {
  const { out } = await mason('restored', '--ledger', 'ledger.sqlite', '--new', '--yes', '--json');
  expect(JSON.parse(out)).toMatchObject({ disclaimed: 0 });
  await fill();
  expect(await freeOnes()).toBe(0);
  expect((await mason('restored', '--ledger', 'ledger.sqlite', '--new', '--yes')).err).toContain(
    'there is such a file',
  );
});

test.each([
  [['--ledger', 'nowhere.sqlite'], 'there is no such file'],
  [['--ledger', ':memory:'], 'there is no such file'],
  [['--ledger', 'redis://x'], 'takes a path'],
  [[], "required option '--ledger <place>'"],
])('%j: exit code 64', async (flags, message) => {
  const { code, err } = await mason('restored', ...flags, '--yes');
  expect(code).toBe(64);
  expect(err).toContain(message);
  expect(existsSync(join(folder, 'nowhere.sqlite'))).toBe(false);
});
