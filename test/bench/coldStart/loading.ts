import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { functionsBundles } from '../../../.config/build.mjs';
import { median } from '../bench.ts';

const RUNS = 11;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Milliseconds of CPU time. */
export interface Loading {
  /** Firestore and Pub/Sub, and nothing else. */
  readonly google: number;
  /** The bundle of all functions. */
  readonly alone: number;
  /** The same, with what its first event loads. */
  readonly whole: number;
}

/**
 * CPU time that a cold start spends on loading the bundle, and with what its first event loads beside it, against a
 * bundle that does nothing but import Firestore and Pub/Sub. The framework is there before each.
 */
export async function measureLoading(progress: (what: string) => void): Promise<Loading> {
  // Below the project, so that the bundle finds the framework.
  const folder = join(root, 'test-results', 'loading');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  progress('building');
  await buildBoth(folder);
  const alone: number[] = [];
  const whole: number[] = [];
  const google: number[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    progress(`loading, ${run} of ${RUNS}`);
    google.push(cpuOf([join(folder, 'bare.cjs')]));
    alone.push(cpuOf([join(folder, 'index.js')]));
    whole.push(cpuOf([join(folder, 'index.js'), join(folder, 'google.js')]));
  }
  await rm(folder, { recursive: true, force: true });
  return { google: median(google), alone: median(alone), whole: median(whole) };
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
