import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { openHistory } from '../../support/history.ts';
import { faultsOf } from '../../support/historyCheck.ts';
import { seededRandom } from '../../support/ledgerHammer/seededRandom.ts';
import { numbered, openWorld, physical } from '../ledger/world.ts';
import { call } from './call.ts';
import { REQUEST_TTL_MS, serve, usersOf } from './wire.ts';

const WAITERS = 1_000;
const RESOURCES = 10;
/** Of those who wait, how many never ask again. */
const VANISHING = 1 / 20;
/** Milliseconds from one round to the next. No multiple of it comes near the request TTL. */
const ROUND_MS = 1_007;
/** Who asked longer ago (ms) asks in this round. */
const PATIENT_MS = 27_000;
/** Before these rounds the server is ended and another one opens the same file. */
const RESTARTS = [7, 33, 70];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-waiters-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the server is held against: who waits, in the order of arrival, and when each asked last. */
interface Waiter {
  readonly id: string;
  /** Milliseconds since the start. */
  askedAt: number;
  readonly vanishes: boolean;
}

test(`${WAITERS} waiters on ${RESOURCES} resources are served as they came, over restarts; who vanished holds up nobody past its TTL`, async () => {
  const random = seededRandom(20_261_122);
  const line = await openLine(join(folder, 'ledger.sqlite'));
  const waiters = Array.from({ length: WAITERS }, () => ({
    id: randomUUID(),
    vanishes: random() < VANISHING,
  }));
  const all: Waiter[] = waiters.map((waiter) => ({ ...waiter, askedAt: 0 }));
  for (const name of numbered('p', RESOURCES)) await line.take(name);

  // All of them within one millisecond of the server's clock.
  for (const waiter of all) await line.ask(waiter);
  for (let round = 1; line.waiting().some(({ vanishes }) => !vanishes); round += 1) {
    line.advance(ROUND_MS);
    if (RESTARTS.includes(round)) await line.restart();
    const held = shuffled(line.held(), random);
    for (const name of held.slice(0, 2 + Math.floor(random() * RESOURCES))) await line.release(name);
    const front = line.living().slice(0, line.free() + 2);
    const askers = line
      .waiting()
      .filter((waiter) => !waiter.vanishes)
      .filter((waiter) => front.includes(waiter) || line.isPatient(waiter) || random() < 0.005);
    for (const waiter of shuffled(askers, random)) {
      const name = await line.ask(waiter);
      // Its reply was lost: it asks again.
      if (name !== null && random() < 0.05) expect(await line.repeat(waiter)).toBe(name);
    }
  }

  expect(faultsOf(line.history.operations)).toEqual([]);
  expect(line.served).toHaveLength(all.filter(({ vanishes }) => !vanishes).length);
  expect(new Set(line.served).size).toBe(line.served.length);
  // Both happened: somebody had to wait for one who had vanished, and nobody did once its time was over.
  expect(line.seen).toMatchObject({
    restarts: RESTARTS.length,
    heldUp: expect.any(Number),
    passed: expect.any(Number),
  });
  expect(Math.min(line.seen.heldUp, line.seen.passed)).toBeGreaterThan(0);
  await line.expectAll();
  await line.close();
});

/** The server on this file, and beside it a book of what each call must be answered. */
async function openLine(path: string) {
  let nowMs = Date.UTC(2026, 0, 1);
  const startMs = nowMs;
  const openServer = async () => {
    const opened = await openWorld(async () =>
      openSqliteLedger({ path, now: () => nowMs, random: () => Math.random() }),
    );
    const { ledger } = opened.world;
    const log = (): void => undefined;
    const server = await serve(
      createBoskosHandler({ users: usersOf(ledger, log), views: ledger.views, log }),
    );
    const close = async (): Promise<void> => {
      await server.close();
      await opened.close();
    };
    return { base: server.base, world: opened.world, close };
  };
  let server = await openServer();
  await server.world.configure(physical('project', numbered('p', RESOURCES)));

  const held = new Map<string, string>();
  let waiting: readonly Waiter[] = [];
  const served: string[] = [];
  const history = openHistory();
  const seen = { restarts: 0, heldUp: 0, passed: 0 };
  const since = (): number => nowMs - startMs;
  const isLiving = ({ askedAt }: Waiter): boolean => since() - askedAt < REQUEST_TTL_MS;
  const acquire = (id: string) =>
    call(server.base, `POST /acquire?type=project&state=free&dest=busy&owner=o-${id}&request_id=${id}`);
  const nameIn = (body: string): string => (JSON.parse(body) as { name: string }).name;

  /** What the answer must be: it gets one if as many are free as its place in the line says. */
  const expectAnswer = async (waiter: Waiter): Promise<string | null> => {
    const before = waiting.slice(0, waiting.indexOf(waiter));
    const living = before.filter(isLiving);
    const position = living.length + 1;
    const isServed = RESOURCES - held.size >= position;
    if (isServed && living.length < before.length) seen.passed += 1;
    if (!isServed && RESOURCES - held.size > living.filter(({ vanishes }) => !vanishes).length)
      seen.heldUp += 1;
    waiter.askedAt = since();
    const { status, headers, body } = await acquire(waiter.id);
    const length = waiting.filter(isLiving).length;
    const told = { status, position: headers['mason-queue-position'], length: headers['mason-queue-length'] };
    expect(told).toEqual(
      isServed
        ? { status: 200, position: undefined, length: undefined }
        : { status: 404, position: String(position), length: String(length) },
    );
    return isServed ? nameIn(body) : null;
  };

  return {
    history,
    served,
    seen,
    waiting: () => waiting,
    living: () => waiting.filter(isLiving),
    held: () => [...held.keys()],
    free: () => RESOURCES - held.size,
    isPatient: ({ askedAt }: Waiter) => since() - askedAt > PATIENT_MS,
    advance(ms: number) {
      nowMs += ms;
    },
    async restart() {
      await server.close();
      server = await openServer();
      seen.restarts += 1;
    },
    /** Holds it from the beginning, without a place in the line. */
    async take(name: string) {
      const line = `POST /acquirebystate?state=free&dest=busy&owner=first&names=${name}`;
      const acquire = history.begin('first');
      expect(await call(server.base, line)).toMatchObject({ status: 200 });
      history.acquired(acquire, name);
      held.set(name, 'first');
    },
    async ask(waiter: Waiter) {
      if (!waiting.includes(waiter)) waiting = [...waiting, waiter];
      const acquire = history.begin(`o-${waiter.id}`);
      const name = await expectAnswer(waiter);
      if (name === null) return null;
      history.acquired(acquire, name);
      expect([...held.keys()]).not.toContain(name);
      held.set(name, `o-${waiter.id}`);
      served.push(waiter.id);
      waiting = waiting.filter((other) => other !== waiter);
      return name;
    },
    repeat: async ({ id }: Waiter) => nameIn((await acquire(id)).body),
    async release(name: string) {
      const owner = held.get(name) ?? '';
      const release = history.begin(owner);
      const line = `POST /release?name=${name}&dest=free&owner=${owner}`;
      expect(await call(server.base, line)).toMatchObject({ status: 200 });
      history.released(release, name, 'ok');
      held.delete(name);
    },
    /** No resource is lost: the ledger has all of them, in the hands that the book says. */
    async expectAll() {
      const records = await server.world.records();
      expect(new Map(records.map(({ name, owner }) => [name, owner]))).toEqual(
        new Map(numbered('p', RESOURCES).map((name) => [name, held.get(name) ?? ''])),
      );
    },
    close: () => server.close(),
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
