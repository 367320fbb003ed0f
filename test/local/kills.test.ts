import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';

import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { faultsOf, openSample, readRecords, type Sample } from './sample.ts';
import { startMason, type RunningMason } from './processes.ts';

const SIZE = { services: 8, ports: 12, folders: 11 };
const KILLS = 30;
/** As many where the machine is too busy for the first ones to hit anything. */
const MOST_KILLS = 100;
/** From when it works (300 ms after its start; seconds, where the machine is busy): what a kill cut off rests for 10 s. */
const LATEST_KILL_MS = 4_000;

let sample: Sample;
afterEach(() => sample.close());

test('kill -9 at 30 random moments: nothing is lost, held twice, or left behind', async () => {
  const seed = Number(process.env['MASON_TEST_SEED'] ?? randomInt(2 ** 31));
  const random = mulberry32(seed);
  sample = await openSample(SIZE);
  const flags = ['--config', sample.config, '--data', sample.data, '--port', '0'];
  const latestMs = LATEST_KILL_MS + (await startsWithinMs(flags));
  let orders = 0;
  const interrupted = new Set<string>();

  // Else it would have tried nothing worth trying.
  const isWorthIt = (): boolean => orders > KILLS / 6 && interrupted.size > KILLS / 3;

  for (let kill = 0; kill < KILLS || (!isWorthIt() && kill < MOST_KILLS); kill += 1) {
    const runner = startMason(...flags);
    const ordering = orderRounds(runner, random);
    await delay(random() * latestMs); // Not to wait for something: the moment is what is tried.
    runner.kill('SIGKILL');
    expect(await runner.exited).toEqual({ code: null, signal: 'SIGKILL' });
    orders += await ordering;
    const records = await readRecords(sample.data);
    expect({ seed, kill, heldTwice: heldTwice(records) }).toEqual({ seed, kill, heldTwice: [] });
    for (const run of runsCutOff(records)) interrupted.add(run);
  }
  process.stdout.write(
    `kill -9: seed ${seed} (MASON_TEST_SEED), ${orders} rounds ordered, ${interrupted.size} runs cut off\n`,
  );

  const last = startMason(...flags, '--until-idle', '--timeout', '4m');
  const { code } = await last.exited;
  expect({ seed, code, why: last.said.at(-1)?.['why'], err: last.stderr() }).toEqual({
    seed,
    code: 0,
    why: [],
    err: '',
  });
  expect(await faultsOf(sample, SIZE)).toEqual([]);
  expect({ orders, interrupted: interrupted.size, isWorthIt: isWorthIt() }).toMatchObject({
    isWorthIt: true,
  });
}, 400_000);

/** Milliseconds until a process works. */
async function startsWithinMs(flags: readonly string[]): Promise<number> {
  const began = performance.now();
  const runner = startMason(...flags);
  await runner.url();
  const ms = performance.now() - began;
  runner.kill('SIGKILL');
  await runner.exited;
  return ms;
}

/** Keeps it busy until it is killed: sends whatever is free round again. @returns how many rounds */
async function orderRounds(runner: RunningMason, random: () => number): Promise<number> {
  let given = 0;
  try {
    const url = `${await runner.url()}/mason/v1`;
    for (;;) {
      const response = await fetch(`${url}/resources?type=notes-service&state=free`);
      const { resources } = (await response.json()) as { resources: { name: string }[] };
      for (const { name } of resources) {
        const body = JSON.stringify({ phase: 'recycle', name });
        await fetch(`${url}/publish`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        });
        given += 1;
      }
      await delay(random() * 100);
    }
  } catch {
    return given; // It was killed.
  }
}

/** Runs that the kill has cut off: their claims still hold. */
function runsCutOff(records: readonly ResourceRecord[]): string[] {
  const now = Date.now();
  return records.flatMap(({ name, work }) =>
    work !== null && (work.claimedUntil ?? 0) > now ? [`${name} ${work.token}`] : [],
  );
}

function heldTwice(records: readonly ResourceRecord[]): string[] {
  const held = records.flatMap(({ work }) => (work?.leases ?? []).map(({ name }) => name));
  return held.filter((name, at) => held.indexOf(name) !== at);
}

/** A small generator of numbers in [0, 1), each seed with its own sequence. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
