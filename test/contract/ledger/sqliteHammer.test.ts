import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { checkInvariants } from '../../support/invariants.ts';
import { Actors } from './actors.ts';
import { lost, saidTwice, type Line } from './hammerLines.ts';
import { numbered, openWorld, physical, virtual, type OpenLedger, type World } from './world.ts';

const PROCESSES = 3;
const KILLS = 6;
const hammerScript = fileURLToPath(new URL('hammer.ts', import.meta.url));

const config = [
  physical('project', numbered('p', 11)),
  physical('disk', numbered('d', 5)),
  virtual('cluster', numbered('c', 5), { needs: { project: 1, disk: 1 } }),
  virtual('lab', numbered('l', 3), { needs: { project: 2 } }),
];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-processes-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The real time, as the other processes have it, and what the test adds to it. */
const openFile =
  (path: string): OpenLedger =>
  async (clock) =>
    openSqliteLedger({ path, now: () => Date.now() + clock.ahead(), random: () => Math.random() });

interface Hammer {
  readonly lines: readonly Line[];
  readonly process: ChildProcess;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

/** @param onLine called for each line that it prints */
function startHammer(
  path: string,
  { id, rounds }: { id: string; rounds: number },
  onLine: (lines: number, child: ChildProcess) => void = () => undefined,
): Hammer {
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, hammerScript, path, id, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(JSON.parse(line) as Line);
    onLine(lines.length, child);
  });
  const ended = Promise.all([once(reader, 'close'), once(child, 'close')]).then(() => undefined);
  return { lines, process: child, ended };
}

async function inFile(name: string, body: (world: World, path: string) => Promise<void>): Promise<void> {
  const path = join(folder, name);
  const { world, close } = await openWorld(openFile(path));
  try {
    await world.configure(...config);
    await body(world, path);
  } finally {
    await close();
  }
}

async function faults(world: World): Promise<readonly string[]> {
  return checkInvariants(await world.records(), await world.ledger.configs.types());
}

describe('several processes on one file', () => {
  test(`${PROCESSES} that hammer it hold nothing twice and lose no commit`, async () => {
    await inFile('hammered.sqlite', async (world, path) => {
      const hammers = numbered('h', PROCESSES).map((id) => startHammer(path, { id, rounds: 100 }));
      await Promise.all(hammers.map(({ ended }) => ended));
      const lines = hammers.flatMap((hammer) => hammer.lines);
      expect(hammers.map((hammer) => hammer.lines.at(-1))).toEqual(hammers.map(() => ({ said: 'end' })));
      expect(saidTwice(lines)).toEqual([]);
      expect(await faults(world)).toEqual([]);
      // Each taking and each claim added one to its record's token, and nothing else did.
      for (const { name, work } of await world.records()) {
        const added = lines.filter(
          (line) => (line.said === 'taken' || line.said === 'claimed') && line.name === name,
        );
        expect({ name, token: work?.token ?? 0 }).toEqual({ name, token: added.length });
      }
      expect(lines.filter(({ said }) => said === 'granted').length).toBeGreaterThan(0);
      expect(await new Actors(world).heal(config)).toEqual([]);
    });
  });

  test(`kill -9 of ${KILLS} of them at random moments loses nothing that was acknowledged`, async () => {
    await inFile('killed.sqlite', async (world, path) => {
      const lines: Line[] = [];
      const kill = async (id: string): Promise<void> => {
        const last = 20 + Math.floor(Math.random() * 200);
        const hammer = startHammer(path, { id, rounds: 100_000 }, (count, child) => {
          if (count === last) child.kill('SIGKILL');
        });
        await hammer.ended;
        expect(hammer.process.signalCode).toBe('SIGKILL');
        lines.push(...hammer.lines);
        expect(lost(hammer.lines, await world.records())).toEqual([]);
        expect(await faults(world)).toEqual([]);
      };
      const lane = async (name: string): Promise<void> => {
        for (let kills = 0; kills < KILLS / PROCESSES; kills += 1) await kill(`${name}-${kills}`);
      };
      await Promise.all(numbered('k', PROCESSES).map(lane));
      expect(saidTwice(lines)).toEqual([]);
      expect(await new Actors(world).heal(config)).toEqual([]);
    });
  });
});
