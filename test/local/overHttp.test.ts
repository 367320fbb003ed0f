import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';

import { openHistory, type History } from '../support/history.ts';
import { faultsOf } from '../support/historyCheck.ts';
import { startHttpFaults, type HttpFault } from '../support/httpFaults.ts';
import { PATIENCE_MS } from '../support/until.ts';
import { startBoskos, unrestOf, type BoskosServer } from './boskosServer.ts';
import { startMason, type RunningMason } from './processes.ts';
import { openSample, type Sample } from './sample.ts';

const SIZE = { services: 3, ports: 5, folders: 4 };

let sample: Sample;
let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
  await sample.close();
});

/** Mason in a process of its own, on this server. */
function startOn(
  url: string,
  { leaseExpiry, data = 'data' }: { leaseExpiry: string; data?: string },
): RunningMason {
  const flags = ['--boskos-url', url, '--config', sample.config, '--data', `${sample.folder}/${data}`];
  return startMason(...flags, '--port', '0', '--lease-expiry', leaseExpiry);
}

/** Everything is at rest at last; if it never is, says what keeps it from that. */
async function mustRest(server: BoskosServer): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let unrest = ['it was never looked at'];
  while (unrest.length > 0 && performance.now() < deadline) {
    await delay(200);
    unrest = await unrestOf(server, sample).catch((error: unknown) => [String(error)]);
  }
  expect(unrest).toEqual([]);
}

/** The shortest lease expiry (ms) of the tests: what a user holds for longer its server's reaper may take. */
const EXPIRY_MS = 5_000;

/**
 * Users who take what is free, and give it back dirty. What they see must be what a lock for each resource would do.
 * @returns how many rounds they began
 */
async function useUntil(server: BoskosServer, isOver: (rounds: number) => boolean): Promise<number> {
  const history = openHistory();
  let rounds = 0;
  for (let user = 0; !isOver(rounds); user += 1) {
    const owner = `user-${user}`;
    const acquire = history.begin(owner);
    const taken = await server.post(`/acquire?type=notes-service&state=free&dest=busy&owner=${owner}`);
    if (taken?.status === 200) {
      const { name } = JSON.parse(taken.body) as { name: string };
      history.acquired(acquire, name);
      await giveBack(server, history, { name, owner });
      rounds += 1;
    }
    await delay(50);
  }
  expect(faultsOf(history.operations)).toEqual([]);
  return rounds;
}

async function giveBack(
  server: BoskosServer,
  history: History,
  { name, owner }: { readonly name: string; readonly owner: string },
): Promise<void> {
  const since = performance.now();
  const reset = history.begin(owner);
  for (;;) {
    const release = history.begin(owner);
    const answer = await server.post(`/release?name=${name}&dest=dirty&owner=${owner}`);
    if (answer !== null) expect([200, 401]).toContain(answer.status);
    const outcome = answer === null ? 'unknown' : answer.status === 200 ? 'ok' : 'refused';
    history.released(release, name, outcome);
    if (outcome !== 'unknown') break;
    await delay(50);
  }
  if (performance.now() - since > EXPIRY_MS) history.released(reset, name, 'unknown');
}

/** Twice round for each: its first time may have been built before anybody came. */
const ROUNDS = 2 * SIZE.services;

test('Mason over HTTP does the whole main job on a server of its own process', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '60s');
  const mason = startOn(server.url, { leaseExpiry: '60s' });
  await mustRest(server);
  await useUntil(server, (rounds) => rounds >= ROUNDS);
  await mustRest(server);
  const bad = ['failed', 'quarantined', 'dead-letter', 'disowned', 'sync-failed', 'deferred'];
  expect(mason.said.filter(({ event }) => bad.includes(event))).toEqual([]);
});

test('the server is killed -9 and started again, over and over', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '5s');
  startOn(server.url, { leaseExpiry: '5s' });
  await mustRest(server);
  let isOver = false;
  const using = useUntil(server, () => isOver);
  for (let kill = 0; kill < 8; kill += 1) {
    await delay(500 + 250 * kill); // The moment is what is tried.
    await server.kill();
    await delay(100 * kill);
    await server.start();
  }
  isOver = true;
  expect(await using).toBeGreaterThan(0);
  await mustRest(server);
});

test('Mason itself is killed -9 and started again, over and over', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '5s');
  let mason = startOn(server.url, { leaseExpiry: '5s' });
  await mustRest(server);
  let isOver = false;
  const using = useUntil(server, () => isOver);
  for (let kill = 0; kill < 8; kill += 1) {
    await delay(600 + 300 * kill); // The moment is what is tried.
    mason.kill('SIGKILL');
    await mason.exited;
    mason = startOn(server.url, { leaseExpiry: '5s' });
  }
  isOver = true;
  expect(await using).toBeGreaterThan(0);
  await mustRest(server);
});

test('replies are lost, calls answered 500 before and after they were done, and some hang', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '5s');
  const faults = await startHttpFaults(server.url);
  closing.push(() => faults.close());
  startOn(faults.url, { leaseExpiry: '5s' });
  await mustRest(server);
  const struck: HttpFault[] = [
    'request-lost',
    'reply-lost',
    'error',
    'error-after',
    'reply-lost',
    'hang-after',
  ];
  const STRIKES = 4 * struck.length;
  let strikes = 0;
  // Each seventh, so that the fault meets every call in its turn; the hang, which costs 10 s, only now and then.
  faults.plan((n) => {
    if (n % 7 !== 0) return null;
    strikes += 1;
    const fault = struck[(n / 7) % struck.length] ?? null;
    return fault === 'hang-after' && n % 5 !== 0 ? 'reply-lost' : fault;
  });
  await useUntil(server, (rounds) => rounds > 0 && strikes >= STRIKES);
  faults.plan(() => null);
  await mustRest(server);
});

test('a foreign reaper resets whatever is ours', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '60s');
  startOn(server.url, { leaseExpiry: '60s' });
  const RESETS = 6;
  let resets = 0;
  const using = useUntil(server, () => resets >= RESETS);
  while (resets < RESETS) {
    await delay(300);
    for (const type of ['notes-service', 'port', 'folder'])
      for (const state of ['cleaning', 'leased']) {
        const reset = await server.post(`/reset?type=${type}&state=${state}&expire=0s&dest=dirty`);
        if (reset !== null && reset.body.trim() !== '{}') resets += 1;
      }
  }
  await using;
  await mustRest(server);
});

test('two Masons on one server do each resource once, and lock nobody out', async () => {
  sample = await openSample(SIZE);
  const server = await startBoskos(sample, '60s');
  const masons = ['one', 'other'].map((data) => startOn(server.url, { leaseExpiry: '60s', data }));
  await mustRest(server);
  const haveAllBuilt = (): boolean =>
    masons.every(({ said }) => said.some(({ event }) => event === 'constructed'));
  await useUntil(server, (rounds) => rounds >= ROUNDS && haveAllBuilt());
  await mustRest(server);
});
