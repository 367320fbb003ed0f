import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '../../../shared/cloud/emulators.ts';
import type { BenchResult } from '../bench.ts';
import { openPlant } from '../cost/plant.ts';
import { untilFree } from '../cost/waits.ts';
import { openNoopMason } from '../noopMason.ts';
import { sharesOf } from './areas.ts';
import { profile, type Stack } from './profile.ts';

const MEMBERS = 3_000;
const MEMBERS_ON_EMULATORS = 100;
/** Shares below this are left out. */
const LEAST = 0.01;

/** Where the time of a lifecycle goes, dirty to free, with a no-op Masonable and one need each. */
export async function shares(progress: (what: string) => void): Promise<BenchResult> {
  progress('in memory');
  await embedded(':memory:');
  const memory = sharesOf(await embedded(':memory:'));
  progress('durable');
  const durable = sharesOf(await onDisk());
  progress('on both emulators');
  const emulators = sharesOf(await onEmulators());
  return report({ memory, durable, emulators });
}

async function onDisk(): Promise<readonly Stack[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-bench-'));
  try {
    return await embedded(join(folder, 'ledger.sqlite'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function embedded(path: string): Promise<readonly Stack[]> {
  const mason = openNoopMason(MEMBERS, path);
  try {
    const stacks = await profile(() => mason.tick());
    if ((await mason.free()) !== MEMBERS) throw new Error('not all became free');
    return stacks;
  } finally {
    await mason.close();
  }
}

async function onEmulators(): Promise<readonly Stack[]> {
  const started: Emulator[] = [];
  try {
    for (const service of ['firestore', 'pubsub'] as const)
      started.push(await startEmulator(service, { projectId: 'shares' }));
    process.env['PUBSUB_EMULATOR_HOST'] = started[1]?.host;
    const plant = await openPlant(started[0]?.host ?? '', MEMBERS_ON_EMULATORS);
    try {
      return await profile(async () => {
        await plant.tick('sync');
        await untilFree(plant, MEMBERS_ON_EMULATORS);
      });
    } finally {
      await plant.close();
    }
  } finally {
    for (const emulator of started) await emulator.stop();
  }
}

type Shares = ReturnType<typeof sharesOf>;

function report(shares: {
  readonly memory: Shares;
  readonly durable: Shares;
  readonly emulators: Shares;
}): BenchResult {
  const places = [shares.memory, shares.durable, shares.emulators].map((of) => new Map(of));
  const areas = [...new Set(places.flatMap((of) => [...of.keys()]))];
  const most = (area: string): number => Math.max(...places.map((of) => of.get(area) ?? 0));
  const shown = areas.filter((area) => most(area) >= LEAST).sort((a, b) => most(b) - most(a));
  const percent = (share: number): string => (share < 0.005 ? '' : `${Math.round(100 * share)} %`);
  return {
    title: `Shares of the thread's time from dirty to free: ${MEMBERS} members embedded, ${MEMBERS_ON_EMULATORS} on both emulators.`,
    columns: ['', ':memory:', 'durable', 'emulators'],
    rows: shown.map((area) => [area, ...places.map((of) => percent(of.get(area) ?? 0))]),
    findings: [],
  };
}
