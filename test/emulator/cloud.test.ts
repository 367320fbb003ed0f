import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { emulatorVariables } from '../../shared/cloud/cloud.ts';
import { startEmulators, type Emulators } from '../../shared/cloud/emulators.ts';
import { TOPICS } from '../../shared/topics/port.ts';
import { makeBundle } from '../support/cloudBundle.ts';
import { openCloudWorld, TOTAL, type CloudWorld } from '../support/cloudWorld.ts';

jest.setTimeout(1_200_000);

/** Seconds in which a round has to come to rest: some machines are eight times as slow as others. */
const ROUND_S = 500;
const KILL_EVERY_MS = 2_000;
/** For the larger part of a round. Each may cut off a run or a matcher, whose claim then holds on for 30 s. */
const KILLS = 15;

let emulators: Emulators;
let bundle: Awaited<ReturnType<typeof makeBundle>>;
beforeAll(async () => {
  [emulators, bundle] = await Promise.all([startEmulators('cloud'), makeBundle()]);
  Object.assign(process.env, emulatorVariables({ projectId: 'cloud', hosts: emulators.hosts }));
});

let world: CloudWorld | undefined;
afterAll(async () => {
  await world?.close();
  await emulators.stop();
  await bundle.remove();
});

test('200 virtual resources go from dirty to free, woken by the Scheduler’s message alone, while a process at random is killed every two seconds', async () => {
  world = await openCloudWorld({ projectId: 'cloud', hosts: emulators.hosts, bundle: bundle.folder });
  const seconds = stopwatch();
  await restWhileKilled(world, new Map());
  say(`from nothing: ${TOTAL} free after ${seconds()} s and ${world.proxy.counts().sent} pushes`);
});

test('and round again, given back dirty by users, with every message delivered twice at once, and processes killed', async () => {
  if (world === undefined) throw new Error('the test before has not built it');
  world.proxy.deliver(2);
  const before = world.proxy.counts();
  const seconds = stopwatch();
  // Half of them: each message is as much work as two.
  const used = await world.use(1 / 2);
  expect(used.size).toBe(TOTAL / 2);
  await restWhileKilled(world, used);
  const { came, sent } = world.proxy.counts();
  say(`twice: ${used.size} free again after ${seconds()} s and ${sent - before.sent} pushes`);
  expect(sent - before.sent).toBe(2 * (came - before.came));
});

/** @param since see CloudWorld */
async function restWhileKilled(given: CloudWorld, since: ReadonlyMap<string, number>): Promise<void> {
  const seed = Number(process.env['MASON_TEST_SEED'] ?? randomInt(2 ** 31));
  const ends = (): number => given.log.filter(({ event }) => event === 'function-ended').length;
  const before = ends();
  const killing = killAtRandom(given, mulberry32(seed));
  try {
    await given.rest(ROUND_S, since);
  } finally {
    killing.stop();
  }
  const ended = ends() - before;
  say(`kills, seed ${seed} (MASON_TEST_SEED): ${killing.kills()}, each process started again: ${ended}`);
  expect(killing.kills()).toBeGreaterThan(KILLS / 2);
  // The last one may have come just now.
  expect(ended).toBeGreaterThanOrEqual(killing.kills() - 1);
}

function killAtRandom({ cloud }: CloudWorld, random: () => number): { kills(): number; stop(): void } {
  let kills = 0;
  // Not to wait for something: the moment is what is tried.
  const timer = setInterval(() => {
    const target = TOPICS[Math.floor(random() * TOPICS.length)];
    const pid = target === undefined ? null : cloud.functions[target].pid();
    if (pid === null) return; // The one before is not started again yet.
    process.kill(pid, 'SIGKILL');
    kills += 1;
    if (kills === KILLS) clearInterval(timer);
  }, KILL_EVERY_MS);
  return {
    kills: () => kills,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function stopwatch(): () => string {
  const startedAt = performance.now();
  return () => ((performance.now() - startedAt) / 1_000).toFixed(1);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

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
