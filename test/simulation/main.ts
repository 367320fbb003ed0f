import { parseArgs } from 'node:util';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { CoverageCount, coverageTable, emptyCells } from './core/coverage.ts';
import { shrink } from './shrink.ts';
import { DEFAULT_STEPS, simulate, type BoskosKind } from './simulate.ts';
import { upheavalOf, UPHEAVALS } from './upheavals/upheavals.ts';
import type { Finding, Report, Work } from './worker.ts';

const USAGE =
  'usage: npm run simulate -- [--seeds N] [--seed S] [--steps K] [--trace] [--boskos ranch|http] [--upheaval restore|takeover] [--mutations]';
const KINDS: readonly BoskosKind[] = ['ranch', 'http'];

interface Wanted {
  readonly kinds: readonly BoskosKind[];
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
  /** One of UPHEAVALS; null: none. */
  readonly upheaval: string | null;
}

interface Flags {
  readonly seeds: string;
  readonly seed?: string | undefined;
  readonly steps: string;
  readonly trace: boolean;
  readonly boskos?: string | undefined;
  readonly upheaval?: string | undefined;
  readonly mutations: boolean;
}

/** EX_USAGE of sysexits.h. */
const MISUSED = 64;

process.exitCode = await main();

async function main(): Promise<number> {
  const values = readFlags();
  if (values === null) return MISUSED;
  const { upheaval = null } = values;
  const possible = upheaval === null ? KINDS : (UPHEAVALS[upheaval]?.kinds ?? []);
  const kinds = possible.filter((kind) => values.boskos === undefined || values.boskos === kind);
  const [seeds, steps, seed] = [values.seeds, values.steps, values.seed ?? '1'].map(Number);
  if (kinds.length === 0 || ![seeds, steps, seed].every(Number.isSafeInteger)) {
    console.error(USAGE);
    return MISUSED;
  }
  const wanted = { kinds, first: seed ?? 1, seeds: seeds ?? 1, steps: steps ?? DEFAULT_STEPS, upheaval };
  if (values.mutations) return (await import('./mutations/huntAll.ts')).huntAll(wanted);
  return values.seed === undefined || values.seeds !== '1000' ? many(wanted) : one(wanted, values.trace);
}

/** @returns null: they were misspelt, and that was said */
function readFlags(): Flags | null {
  try {
    return parseArgs({
      options: {
        seeds: { type: 'string', default: '1000' },
        seed: { type: 'string' },
        steps: { type: 'string', default: String(DEFAULT_STEPS) },
        trace: { type: 'boolean', default: false },
        boskos: { type: 'string' },
        upheaval: { type: 'string' },
        mutations: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return null;
  }
}

/** One seed in each world. */
async function one({ kinds, first, steps, upheaval }: Wanted, traces: boolean): Promise<number> {
  let broken = 0;
  for (const boskos of kinds) {
    const result = await simulate({ seed: first, boskos, steps, traces, ...upheavalOf(upheaval) });
    if (traces) console.log(result.lines.join('\n'));
    console.log(`${boskos} seed ${first}: ${result.violation ?? 'all holds'}`);
    if (result.violation === null) continue;
    broken += 1;
    await tell({ seed: first, boskos, violation: result.violation }, { steps, upheaval });
  }
  return broken > 0 ? 1 : 0;
}

/** Many seeds, shared out among as many processes as there are cores. */
async function many(wanted: Wanted): Promise<number> {
  const began = performance.now();
  const coverage = new CoverageCount();
  const findings: Finding[] = [];
  let done = 0;
  const report = ({ seeds, found, coverage: met }: Report): void => {
    done += seeds;
    coverage.addAll(met);
    findings.push(...found);
    for (const { boskos, seed, violation } of found) console.error(`${boskos} seed ${seed}: ${violation}`);
    const perSecond = Math.round(done / ((performance.now() - began) / 1000));
    console.error(`${done} of ${wanted.seeds} seeds, ${perSecond}/s, ${findings.length} violations`);
  };
  const workers = availableParallelism();
  await Promise.all(
    Array.from({ length: workers }, (_, index) => startWorker({ ...wanted, index, workers }, report)),
  );
  console.log(`${coverageTable(coverage.all)}\n`);
  const empty = emptyCells(coverage.all);
  console.log(`never met:\n${empty.map((line) => `  ${line}`).join('\n') || '  nothing'}\n`);
  console.log(`${done} seeds, ${Math.round(done / ((performance.now() - began) / 1000))}/s`);
  for (const finding of findings.slice(0, 3)) await tell(finding, wanted);
  console.log(findings.length === 0 ? 'no violation' : `${findings.length} violations: ${listed(findings)}`);
  // A worker that waits for what never comes ends without a word.
  if (done < wanted.seeds) console.log(`ONLY ${done} of ${wanted.seeds} seeds were lived to their end`);
  return findings.length === 0 && done >= wanted.seeds ? 0 : 1;
}

function listed(findings: readonly Finding[]): string {
  const first = findings.slice(0, 20).map(({ boskos, seed }) => `${boskos} ${seed}`);
  return first.join(', ');
}

function startWorker(work: Work, report: (report: Report) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    worker.on('message', report);
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
}

/** A violation with its shortest trace. */
async function tell(
  { seed, boskos, violation }: Finding,
  { steps, upheaval }: Pick<Wanted, 'steps' | 'upheaval'>,
): Promise<void> {
  console.error(`${boskos} seed ${seed}: ${violation}\nshrinking …`);
  const options = { seed, boskos, steps, ...upheavalOf(upheaval) };
  const short = await shrink(options, await simulate(options));
  console.log(`\n## ${boskos} seed ${seed}\n\n${short.lines.join('\n')}\n\n${violation}`);
  const flag = upheaval === null ? '' : ` --upheaval ${upheaval}`;
  console.log(
    `again: npm run simulate --${flag} --boskos ${boskos} --seed ${seed} --steps ${steps} --trace\n`,
  );
}
