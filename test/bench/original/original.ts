import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Bench } from '../bench.ts';
import { measureLifecycle } from '../lifecycle.ts';
import { ACQUIRE_SIZES, measureAcquires, type Acquires, type Server } from './acquires.ts';
import { measureFaults } from './faults.ts';
import { openProgram, type Program } from './program.ts';
import { LIFECYCLE_SIZES, measureDefaults, measureRates, type Rates } from './rates.ts';
import { report, type Speed } from './report.ts';

/**
 * The original Boskos and Mason (Go, at the version in program/go.mod) beside this project, in one run on one machine.
 *
 * The original keeps its resources in Kubernetes, and reads them from a cache. Here they are in its own memory, and a list is
 * given in two ways: as that cache does, or as fast as its interface admits; ratios are to the latter. The fake client that its
 * `-in_memory` flag uses isn't compared: of 300 resources it spends 74% of its time on JSON, and one run of 1,000 took 163 s
 * on a busy machine, where the quick store took 7 to 9 s.
 *
 * Also in the original's favour: no log, no metrics, no Kubernetes to write to, less collecting of garbage, and its clock
 * starts when all resources have been made, ours before. Its Mason has the 15 cleaners that it has by default, and waits 1 ms:
 * two runs each of 1, 4 and 15 cleaners and of 1 ms, 100 µs and 10 µs, on a busy machine, overlapped too much to choose one.
 */
export const original: Bench = async (progress) => {
  progress('building the original: the first time takes minutes');
  const program = await openProgram();
  const folder = await mkdtemp(join(tmpdir(), 'mason-bench-original-'));
  try {
    const quick = await measureSpeed({ program, folder }, progress);
    progress('what stops it, and its default periods: a minute');
    const [faults, defaults] = await Promise.all([measureFaults(program), measureDefaults(program)]);
    return report({ ...quick, faults, defaults });
  } finally {
    await program.close();
    await rm(folder, { recursive: true, force: true });
  }
};

async function measureSpeed(
  place: { readonly program: Program; readonly folder: string },
  progress: (what: string) => void,
): Promise<Speed> {
  progress('warming up');
  await measureLifecycle(1_000, ':memory:');
  const rates = new Map<number, Rates>();
  for (const size of LIFECYCLE_SIZES) {
    progress(`${size} resources from dirty to free`);
    rates.set(size, await measureRates(size, place));
  }
  const acquires = new Map<number, Readonly<Record<Server, Acquires>>>();
  for (const size of ACQUIRE_SIZES) {
    progress(`acquires of ${size} free resources`);
    acquires.set(size, await measureAcquires(size, place));
  }
  return { rates, acquires };
}
