// One of several processes on one Firestore (see ledgerHammer.test.ts). It does what Mason, sync and users do, several
// things at a time, and prints a line for each result that it was given: what it has printed must never be lost.
//
//     node hammer.ts HOST PROJECT_ID ID ROUNDS SEED

import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';

import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import { ranchUsers } from '../../../shared/boskos/ranch/ranchUsers.ts';
import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { ClaimOrder, EndAtOnce, GivenBack, Settled, Wake } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { createMatcher } from '../../../shared/mason/matcher.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import type { Line } from '../../contract/ledger/hammerLines.ts';
import { GOOD_END, GOOD_END_AT_ONCE, GRACE_MS, isEndedAtOnce, LONG_MS } from '../../contract/ledger/world.ts';
import { CONFIGS } from './configs.ts';
import { seededRandom } from './seededRandom.ts';

/** Things that it does at a time. */
const LANES = 3;
const SUPPLY = ['project', 'disk', 'host'] as const;
const BUILT = ['cluster', 'lab'] as const;
const [host = '', projectId = '', id = '', rounds = '0', seed = '0'] = process.argv.slice(2);

const random = seededRandom(Number(seed));
const newName = (): string => randomUUID();
// Its number tells one process's ledger from another's: the seed must not.
const ledger = openFirestoreLedger({ projectId, emulator: host, clock: systemClock, random: Math.random });
const boskos = openRanch({ ledger, installation: id, newName, graceMs: GRACE_MS, leaseExpiryMs: LONG_MS });
const matcher = createMatcher({ ledger, boskos, log: () => undefined });
const users = ranchUsers({
  ledger,
  newName,
  requestTtlMs: 1_000,
  reservedAhead: (component, place) => matcher.reservedAhead(component, place),
  waking: {
    yielded: async (types) => {
      granted(await matcher.look(types));
    },
    givenBack: takeUp,
  },
});

await Promise.all(Array.from({ length: LANES }, (_, lane) => hammer(`${id}-${lane}`)));
await ledger.close();
say({ said: 'end' });

async function hammer(owner: string): Promise<void> {
  const acts = [take, work, work, work, work, work, use, use, useWhole, tend, borrow, match, rule] as const;
  for (let round = 0; round < Number(rounds); round += 1) await pick(acts)(owner);
}

async function take(): Promise<void> {
  const taken = await Promise.all([
    boskos.takeDirty(pick(BUILT), 1),
    boskos.takeForJanitor('project', 3),
    boskos.takeForJanitor(pick(SUPPLY), 3),
  ]);
  for (const { name, cycle } of taken.flat()) say({ said: 'taken', name, cycle });
}

async function takeUp(given: readonly GivenBack[]): Promise<void> {
  for (const { name, cycle } of await boskos.takeGivenBack(given)) say({ said: 'taken', name, cycle });
}

/** Claims something and ends its phase, mostly well. */
async function work(): Promise<void> {
  const records = await ledger.views.records({ state: 'cleaning', limit: 100 });
  const { name = '', work: found } = pickOrNone(records) ?? {};
  if (found?.phase == null) return;
  const { phase: task, cycle } = found;
  const order = { name, task, cycle, holdMs: LONG_MS, graceMs: GRACE_MS };
  if (random() < 0.5 && isEndedAtOnce(task)) {
    await workAtOnce(order, GOOD_END_AT_ONCE[task]);
    return;
  }
  const claimed = await ledger.claims.claim(order);
  if (claimed.kind !== 'claimed') return;
  const fence = { name, token: claimed.record.work.token };
  say({ said: 'claimed', ...fence });
  if (random() < 0.3 && !(await ledger.claims.renew(fence, LONG_MS)))
    throw new Error(`${name} was overtaken`);
  const isBad = task !== 'fulfill' && random() < 0.1;
  const end = isBad ? ({ kind: 'failed', message: 'no', retryInMs: 0 } as const) : GOOD_END[task];
  let settled = await ledger.claims.settle(fence, end);
  if (settled.kind === 'short')
    settled = await ledger.claims.settle(fence, { kind: 'waiting', dueInMs: LONG_MS, patienceMs: LONG_MS });
  tell(fence, settled);
  if (settled.kind === 'settled') await takeUp(settled.givenBack);
  if (task === 'clean') await ledger.claims.nextForSlot(claimed.record.type);
  await match();
}

async function workAtOnce(order: ClaimOrder, end: EndAtOnce): Promise<void> {
  const done = await ledger.claims.claimAndSettle(order, end);
  if (done.kind !== 'settled') return;
  const fence = { name: order.name, token: done.record.work.token };
  say({ said: 'claimed', ...fence });
  tell(fence, done.settled);
  await match();
}

function tell({ name, token }: { name: string; token: number }, settled: Settled): void {
  if (settled.kind !== 'settled')
    throw new Error(`${name}: nobody else can have claimed it, and it is ${settled.kind}`);
  const { phase = null, cycle = 0 } = settled.record.work ?? {};
  say({ said: 'settled', name, token, cycle, phase });
}

async function match(): Promise<void> {
  granted(await matcher.look(SUPPLY));
}

function granted(wakes: readonly Wake[]): void {
  for (const { name, cycle } of wakes) say({ said: 'granted', name, cycle });
}

// ---- sync

async function tend(): Promise<void> {
  const type = pick([...SUPPLY, ...BUILT, 'disk', 'host']);
  await boskos.tend(type);
  for (const { name, cycle } of await boskos.takeOutdated(type, 1)) say({ said: 'taken', name, cycle });
}

/** The config changes, old ones are swept, what is over is forgotten. */
async function rule(): Promise<void> {
  const act = pick<() => Promise<unknown>>([
    () => ledger.configs.store(pick(CONFIGS)),
    () => ledger.configs.sweep(),
    () => ledger.users.forget(500),
    () => users.reset({ type: pick(SUPPLY), state: 'leased', dest: 'dirty', expireMs: 0 }),
  ]);
  await act();
}

// ---- users

/** Takes something and gives it back. */
async function use(owner: string): Promise<void> {
  const resource = await acquire(pick([...SUPPLY, ...BUILT]), owner);
  if (resource !== null) await giveBack(resource.name, { owner, dest: pick(['free', 'dirty']) });
}

/** Takes what is built with its parts, and gives all back in any order. */
async function useWhole(owner: string): Promise<void> {
  const whole = await acquire(pick(BUILT), owner);
  if (whole === null) return;
  const { name } = whole;
  const names = whole.work?.leases.map((lease) => lease.name) ?? [];
  const parts = (await users.acquireByState({ state: name, dest: 'busy', owner, names })) ?? [];
  for (const part of parts) sayAcquired(part);
  const partsBack = async (): Promise<void> => {
    for (const part of parts)
      await giveBack(part.name, { owner, dest: pick([name, name, name, 'dirty', 'free']) });
  };
  const wholeBack = (): Promise<void> => giveBack(name, { owner, dest: pick(['free', 'dirty']) });
  const order = random();
  if (order < 0.3) await Promise.all([partsBack(), wholeBack()]);
  else if (order < 0.6) await wholeBack().then(partsBack);
  else await partsBack().then(wholeBack);
}

/** Takes something that anybody may reset. */
async function borrow(owner: string): Promise<void> {
  const request = { type: pick(SUPPLY), state: 'free', dest: 'leased', owner, requestId: '' };
  const answer = await users.acquire(request);
  if (answer.kind !== 'acquired') return;
  const { name } = answer.resource;
  if (random() < 0.5) await users.release({ name, owner, dest: 'dirty' });
}

async function acquire(type: string, owner: string): Promise<ResourceRecord | null> {
  const requestId = pick(['', owner]);
  const answer = await users.acquire({ type, state: 'free', dest: 'busy', owner, requestId });
  if (answer.kind !== 'acquired') return null;
  sayAcquired(answer.resource);
  return answer.resource;
}

function sayAcquired({ name, owner, lastUpdate }: ResourceRecord): void {
  say({ said: 'acquired', name, owner, lastUpdate });
}

async function giveBack(name: string, to: { owner: string; dest: string }): Promise<void> {
  say({ said: 'releasing', name });
  const touched = await users.release({ name, ...to });
  if (touched.kind !== 'done')
    throw new Error(`${name} was ${to.owner}'s, and could not be released: ${touched.kind}`);
}

function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function pickOrNone<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

function pick<Item>(items: readonly [Item, ...Item[]]): Item {
  return pickOrNone(items) ?? items[0];
}
