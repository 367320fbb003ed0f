import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { environmentOf } from '../../../shared/cloud/cloud.ts';
import { startEmulator, type Emulator } from '../../../shared/cloud/emulators.ts';
import { startFunction } from '../../../shared/cloud/local/functionProcess.ts';
import type { Topic } from '../../../shared/topics/port.ts';
import { makeBundle } from '../../support/cloudBundle.ts';
import { median, type BenchResult } from '../bench.ts';
import { measureLoading, type Loading } from './loading.ts';

const RUNS = 7;
const PROJECT = 'cold';
/** The limit for loading, beside what Google's libraries take alone. */
const AIM = 1.15;
/** The framework with a function that does nothing: what every function on Node begins with. */
const BARE = `
const functions = require('@google-cloud/functions-framework');
for (const target of ['recycle', 'sync']) functions.cloudEvent(target, () => undefined);
`;

/** Milliseconds from the start of the process. */
interface Start {
  readonly listens: number;
  readonly answered: number;
}

interface Place {
  readonly bundle: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * From the start of a function's process to its first answered event, of the bundle that is deployed, on both emulators;
 * against the same framework with a function that does nothing. And the CPU time of loading alone.
 */
export async function coldStart(progress: (what: string) => void): Promise<BenchResult> {
  const emulators: Emulator[] = [];
  const made = await makeBundle();
  const bare = await makeBare();
  try {
    for (const service of ['firestore', 'pubsub'] as const)
      emulators.push(await startEmulator(service, { projectId: PROJECT }));
    const config = join(made.folder, 'resources.yaml');
    await writeFile(config, 'resources:\n  - {type: project, state: free, names: [project-1]}\n');
    const [firestore, pubsub] = emulators.map(({ host }) => host);
    const hosts = { firestore: firestore ?? '', pubsub: pubsub ?? '' };
    const env = environmentOf({
      inherited: { PATH: process.env['PATH'] },
      projectId: PROJECT,
      hosts,
      config,
    }) as NodeJS.ProcessEnv;
    const starts = await measureStarts(progress, { made: { bundle: made.folder, env }, bare });
    return report(starts, await measureLoading(progress));
  } finally {
    for (const emulator of emulators) await emulator.stop();
    await made.remove();
    await rm(bare.bundle, { recursive: true, force: true });
  }
}

async function makeBare(): Promise<Place> {
  const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
  const bundle = await mkdtemp(join(cache, 'mason-bare-'));
  await writeFile(join(bundle, 'package.json'), '{"type": "commonjs", "main": "index.js"}');
  await writeFile(join(bundle, 'index.js'), BARE);
  return { bundle, env: { PATH: process.env['PATH'] } };
}

type Starts = Readonly<Record<'bare' | 'recycle' | 'sync', Start>>;

/** In turns, so that a machine that gets slower does so for all. */
async function measureStarts(
  progress: (what: string) => void,
  { made, bare }: { readonly made: Place; readonly bare: Place },
): Promise<Starts> {
  const measured = { bare: [] as Start[], recycle: [] as Start[], sync: [] as Start[] };
  // Stores the config, so that the ticks that are measured are idle ones.
  await startOnce('sync', made);
  for (let run = 1; run <= RUNS; run += 1) {
    progress(`starts, ${run} of ${RUNS}`);
    measured.bare.push(await startOnce('recycle', bare));
    measured.recycle.push(await startOnce('recycle', made));
    measured.sync.push(await startOnce('sync', made));
  }
  const middle = (of: readonly Start[]): Start => ({
    listens: median(of.map(({ listens }) => listens)),
    answered: median(of.map(({ answered }) => answered)),
  });
  return { bare: middle(measured.bare), recycle: middle(measured.recycle), sync: middle(measured.sync) };
}

async function startOnce(target: Topic, { bundle, env }: Place): Promise<Start> {
  const began = performance.now();
  const started = await startFunction({ target, bundle, env, log: () => undefined });
  try {
    await started.ready();
    const listens = performance.now() - began;
    // Of recycle a name that nobody has: it reads the ledger, and changes nothing.
    await push(started.url, target === 'sync' ? '*' : 'nobody');
    return { listens, answered: performance.now() - began };
  } finally {
    await started.stop();
  }
}

/** Delivers a message as a push subscription does. */
async function push(url: string, data: string): Promise<void> {
  const message = {
    data: Buffer.from(data).toString('base64'),
    messageId: '1',
    publishTime: new Date().toISOString(),
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message, subscription: `projects/${PROJECT}/subscriptions/bench` }),
  });
  if (!response.ok) throw new Error(`the function answered ${response.status}: ${await response.text()}`);
}

function report({ bare, recycle, sync }: Starts, { alone, whole, google }: Loading): BenchResult {
  const ratio = alone / google;
  const wholeRatio = whole / google;
  return {
    title: `Milliseconds from the start of a function's process, on both emulators; below, the CPU time of loading. Medians of ${RUNS} and of 11, in turns.`,
    columns: ['', 'takes requests', 'first event answered', 'CPU time'],
    rows: [
      ['a function that does nothing', bare.listens, bare.answered, ''],
      ['recycle: reads one resource', recycle.listens, recycle.answered, ''],
      ['sync: a tick with nothing to do', sync.listens, sync.answered, ''],
      ['loading the bundle of all functions', '', '', alone],
      ['loading it, and what its first event loads', '', '', whole],
      ['loading Firestore and Pub/Sub alone', '', '', google],
    ],
    findings: [
      { text: `loading the bundle: ${ratio.toFixed(2)} times (aim: ${AIM})`, ok: ratio <= AIM },
      {
        text: `loading up to the first event: ${wholeRatio.toFixed(2)} times (aim: ${AIM})`,
        ok: wholeRatio <= AIM,
      },
    ],
  };
}
