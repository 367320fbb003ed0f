import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { median, type BenchResult } from './bench.ts';
import { openNoopMason } from './noopMason.ts';

const SIZES = [100, 1_000, 10_000];
/** Repeats per size: a short measurement needs more of them to be steady. */
const REPEATS: Readonly<Record<number, number>> = { 100: 9, 1_000: 5, 10_000: 3 };
/**
 * Commits that one resource costs at least, beside those that many share: recycle and clean are claimed and ended, fulfill
 * and free are one each.
 */
const COMMITS_A_CYCLE = 6;

/**
 * Dirty to free, the whole way: sync makes and takes the members, messages wake the four phases, a no-op Masonable
 * constructs, each needs one physical resource. In one process, as `npm start` runs it.
 */
export async function lifecycle(progress: (what: string) => void): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-bench-'));
  try {
    progress('warming up');
    await measureLifecycle(1_000, ':memory:');
    const memory = await measureSizes(progress, () => ':memory:');
    const durable = await measureSizes(progress, (run) => join(folder, `ledger-${run}.sqlite`));
    progress("the disk's own limit");
    const commits = rawCommitsPerSecond(join(folder, 'raw.sqlite'));
    return report({ memory, durable, commits });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Size → resources per second. */
type Rates = ReadonlyMap<number, number>;

async function measureSizes(progress: (what: string) => void, path: (run: string) => string): Promise<Rates> {
  const rates = new Map<number, number>();
  for (const size of SIZES) {
    const seconds: number[] = [];
    for (let repeat = 0; repeat < (REPEATS[size] ?? 1); repeat += 1) {
      progress(`${size} resources, ${path('') === ':memory:' ? 'in memory' : 'durable'}, run ${repeat + 1}`);
      seconds.push(await measureLifecycle(size, path(`${size}-${repeat}`)));
    }
    rates.set(size, size / median(seconds));
  }
  return rates;
}

/**
 * @param path of the ledger; `:memory:` is none
 * @returns seconds from the first sync to the last resource free
 */
export async function measureLifecycle(size: number, path: string): Promise<number> {
  const mason = openNoopMason(size, path);
  try {
    const start = performance.now();
    await mason.tick();
    const seconds = (performance.now() - start) / 1000;
    const free = await mason.free();
    if (free !== size) throw new Error(`only ${free} of ${size} became free`);
    return seconds;
  } finally {
    await mason.close();
  }
}

/** Commits of one row with a document like ours, each on the disk before the next: what no durable ledger can exceed. */
function rawCommitsPerSecond(path: string): number {
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (name TEXT PRIMARY KEY, doc TEXT)',
  );
  const put = database.prepare('INSERT OR REPLACE INTO t VALUES (?, ?)');
  const doc = 'x'.repeat(900);
  const start = performance.now();
  const commits = 5_000;
  for (let i = 0; i < commits; i += 1) put.run(`row-${i % 1_000}`, doc);
  database.close();
  return (commits / (performance.now() - start)) * 1000;
}

function report({
  memory,
  durable,
  commits,
}: {
  memory: Rates;
  durable: Rates;
  commits: number;
}): BenchResult {
  const rate = (rates: Rates, size: number): number => rates.get(size) ?? Number.NaN;
  const limit = commits / COMMITS_A_CYCLE;
  const growth = (rates: Rates): number => rate(rates, 100) / rate(rates, 10_000);
  return {
    title:
      'Resources per second from dirty to free: one process, no-op Masonable, needs 1 each; median of several runs.',
    columns: ['resources', ':memory: (1/s)', 'durable (1/s)', "durable ÷ disk's limit"],
    rows: SIZES.map((size) => [size, rate(memory, size), rate(durable, size), rate(durable, size) / limit]),
    findings: [
      {
        text: `:memory:, time per resource at 10,000 ÷ at 100: ${growth(memory).toFixed(2)} (≤ 1.3)`,
        ok: growth(memory) <= 1.3,
      },
      {
        text: `durable, time per resource at 10,000 ÷ at 100: ${growth(durable).toFixed(2)} (≤ 1.3)`,
        ok: growth(durable) <= 1.3,
      },
      {
        text: `:memory: at 10,000: ${rate(memory, 10_000).toFixed(0)}/s (≥ 1,000)`,
        ok: rate(memory, 10_000) >= 1_000,
      },
      {
        text: `durable at 10,000: ${rate(durable, 10_000).toFixed(0)}/s (≥ 300)`,
        ok: rate(durable, 10_000) >= 300,
      },
      {
        text: `the disk's limit: ${commits.toFixed(0)} commits/s ÷ ${COMMITS_A_CYCLE} commits a cycle = ${limit.toFixed(0)} resources/s`,
        ok: true,
      },
    ],
  };
}
