import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { functionsBundles } from '../../.config/build.mjs';
import { median, type BenchResult } from './bench.ts';

const RUNS = 11;
const AIM = 1.15;
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * CPU time that a cold start spends on loading the bundle, and with what its first event loads beside it, against a
 * bundle that does nothing but import Firestore and Pub/Sub. The framework is there before each.
 */
export async function importCost(progress: (what: string) => void): Promise<BenchResult> {
  // Below the project, so that the bundle finds the framework.
  const folder = join(root, 'test-results', 'import');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  progress('building');
  await buildBoth(folder);
  const alone: number[] = [];
  const whole: number[] = [];
  const bare: number[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    progress(`run ${run} of ${RUNS}`);
    bare.push(cpuOf([join(folder, 'bare.cjs')]));
    alone.push(cpuOf([join(folder, 'index.js')]));
    whole.push(cpuOf([join(folder, 'index.js'), join(folder, 'google.js')]));
  }
  await rm(folder, { recursive: true, force: true });
  const ratio = median(alone) / median(bare);
  const wholeRatio = median(whole) / median(bare);
  return {
    title: `CPU time of loading, in ms: median of ${RUNS}, alternating.`,
    columns: ['bundle', 'ms'],
    rows: [
      ['Firestore and Pub/Sub alone', median(bare)],
      ['the bundle of all functions', median(alone)],
      ['the same, and what its first event loads', median(whole)],
    ],
    findings: [
      { text: `the bundle: ${ratio.toFixed(2)} times (aim: ${AIM})`, ok: ratio <= AIM },
      { text: `up to the first event: ${wholeRatio.toFixed(2)} times (aim: ${AIM})`, ok: wholeRatio <= AIM },
    ],
  };
}

async function buildBoth(folder: string): Promise<void> {
  const [main, ...groups] = functionsBundles(folder);
  const bare = {
    ...groups[0],
    stdin: {
      contents: "require('@google-cloud/firestore'); require('@google-cloud/pubsub');",
      resolveDir: root,
    },
    outfile: join(folder, 'bare.cjs'),
  };
  for (const options of [main, ...groups, bare]) await build({ ...options, write: true });
  await writeFile(join(folder, 'package.json'), '{"type": "commonjs"}\n');
}

/** What is loaded lazily is asked for, too, as the first event does. */
const LOAD = `
require('@google-cloud/functions-framework');
const before = process.cpuUsage();
for (const file of process.argv.slice(1)) {
  const loaded = require(file);
  for (const name of ['@google-cloud/firestore', '@google-cloud/pubsub']) loaded[name]?.();
}
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
process.exit();
`;

/** @returns milliseconds */
function cpuOf(files: readonly string[]): number {
  const child = spawnSync(process.execPath, ['-e', LOAD, ...files], { cwd: root, encoding: 'utf8' });
  const ms = Number(child.stdout.trim().split('\n').at(-1));
  if (child.status !== 0 || !Number.isFinite(ms)) throw new Error(child.stderr);
  return ms;
}
