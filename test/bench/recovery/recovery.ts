import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LOCAL_TIMING } from '../../../shared/local/runner.ts';
import type { BenchResult } from '../bench.ts';
import { startProgram } from './program.ts';

const SIZES = [10, 100, 1_000, 5_000];
/** How long a run's claim holds that was cut off. */
const CLAIM_SECONDS = LOCAL_TIMING.holdMs / 1_000;

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
  await writeFile(config, configOf(size));
  const undisturbed = { config, data: join(folder, 'undisturbed') };
  const whole = await seconds(() => startProgram(undisturbed).ended());
  const atRest = await seconds(() => startProgram(undisturbed).ended());

  const struck = { config, data: join(folder, 'struck') };
  const first = startProgram(struck);
  try {
    await first.untilFree(size / 2);
  } finally {
    await first.kill();
  }
  const halfway = await seconds(() => startProgram(struck).ended());
  return { size, whole, atRest, halfway };
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

const configOf = (size: number): string => `resources:
- {type: physical, state: free, min-count: ${size}, max-count: ${size}}
- type: virtual
  state: dirty
  min-count: ${size}
  max-count: ${size}
  needs: {physical: 1}
  config: {type: Instant, content: "{}"}
  mason: {max-constructing: 1000}
`;
