import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { LOCAL_TIMING } from '../../shared/local/runner.ts';
import { startMasonWith, type RunningMason } from '../local/processes.ts';
import { until } from '../support/until.ts';
import type { BenchResult } from './bench.ts';
import { noopConfig } from './noopConfig.ts';

const SIZES = [10, 100, 1_000, 5_000];
/** How long a run's claim holds that was cut off. */
const CLAIM_SECONDS = LOCAL_TIMING.holdMs / 1_000;

const MASONABLE = fileURLToPath(new URL('../support/cloudMasonable.mjs', import.meta.url));

/** Seconds from the start of a process, or from its kill -9, to every pool at its size. */
interface Recovery {
  readonly size: number;
  /** From nothing, undisturbed. */
  readonly whole: number;
  /** From a kill when every pool was at its size. */
  readonly atRest: number;
  /** From a kill when half of the members were free. */
  readonly halfway: number;
}

/**
 * kill -9 of everything that runs, then one new start: how long until every member is free again. On a durable ledger;
 * a no-op Masonable, one need each.
 */
export async function recovery(progress: (what: string) => void): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-bench-'));
  try {
    const recoveries: Recovery[] = [];
    for (const size of SIZES) {
      progress(`${size} members`);
      recoveries.push(await recover(join(folder, String(size)), size));
    }
    return report(recoveries);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recover(folder: string, size: number): Promise<Recovery> {
  await mkdir(folder);
  const config = join(folder, 'resources.yaml');
  await writeFile(config, noopConfig({ members: size, supply: size }));
  const undisturbed = { config, data: join(folder, 'undisturbed') };
  const whole = await seconds(() => ended(start(undisturbed)));
  const atRest = await seconds(() => ended(start(undisturbed)));

  const struck = { config, data: join(folder, 'struck') };
  const first = start(struck);
  try {
    await untilFree(first, size / 2);
  } finally {
    first.kill('SIGKILL');
    await first.exited;
  }
  const halfway = await seconds(() => ended(start(struck)));
  return { size, whole, atRest, halfway };
}

/** What `npm start` starts, until every pool is at its size. */
const start = ({ config, data }: { readonly config: string; readonly data: string }): RunningMason =>
  startMasonWith(
    { MASON_MASONABLES: MASONABLE },
    ...['--port', '0', '--until-idle', '--timeout', '900s', '--config', config, '--data', data],
  );

/** @throws Error if it failed */
async function ended(program: RunningMason): Promise<void> {
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`npm start ended with ${code}: ${program.stderr()}`);
}

/** Resolves once at least so many members are free. @throws TypeError if it ends before */
async function untilFree(program: RunningMason, members: number): Promise<void> {
  const metric = `${await program.url()}/metric?type=virtual`;
  await until(async () => (await freeIn(metric)) >= members);
}

/** Nobody answers for a type that is not made yet. */
async function freeIn(metric: string): Promise<number> {
  const response = await fetch(metric);
  if (!response.ok) return 0;
  const { current } = (await response.json()) as { current: Record<string, number> };
  return current['free'] ?? 0;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function report(recoveries: readonly Recovery[]): BenchResult {
  return {
    title:
      'Seconds from kill -9 of the only process, and its new start, to every pool at its size; durable, no-op Masonable, needs 1 each.',
    columns: ['members', 'undisturbed, from nothing', 'killed halfway', 'killed at rest'],
    rows: recoveries.map(({ size, whole, atRest, halfway }) => [size, whole, halfway, atRest]),
    findings: recoveries.map(({ size, whole, halfway }) => ({
      text: `${size} members: ${halfway.toFixed(1)} s (≤ undisturbed + the claim expiry of ${CLAIM_SECONDS} s that cut off runs wait for)`,
      ok: halfway <= whole + CLAIM_SECONDS,
    })),
  };
}
