// One of several processes on one ledger file (see sqliteHammer.test.ts). It does what Mason and its users do, several
// things at a time, and prints a line for each result that it was given: what it has printed must never be lost.
//
//     node hammer.ts FILE ID ROUNDS

import { writeSync } from 'node:fs';

import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import type { ClaimOrder, EndAtOnce, GivenBack, Settled, Wake } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { createMatcher } from '../../../shared/mason/matcher.ts';
import type { Line } from './hammerLines.ts';
import { GOOD_END, GOOD_END_AT_ONCE, GRACE_MS, isEndedAtOnce, LONG_MS } from './world.ts';

/** Things that it does at a time: commits of one turn share a transaction. */
const LANES = 4;
const [path = '', id = '', rounds = '0'] = process.argv.slice(2);

const ledger = openSqliteLedger({ path, now: () => Date.now(), random: () => Math.random() });
let made = 0;
const newName = (): string => `${id}-${(made += 1)}`;
const boskos = openRanch({ ledger, installation: id, newName, graceMs: GRACE_MS, leaseExpiryMs: LONG_MS });
const matcher = createMatcher({ ledger, boskos, log: () => undefined });

await Promise.all(Array.from({ length: LANES }, (_, lane) => hammer(`${id}-${lane}`)));
await ledger.close();
say({ said: 'end' });

async function hammer(owner: string): Promise<void> {
  for (let round = 0; round < Number(rounds); round += 1) {
    const act = pick<(owner: string) => Promise<void>>([take, work, work, work, work, use, use, match]);
    await act(owner);
  }
}

async function take(): Promise<void> {
  const taken = await Promise.all([
    boskos.takeDirty('cluster', 1),
    boskos.takeDirty('lab', 1),
    boskos.takeForJanitor('project', 2),
    boskos.takeForJanitor('disk', 2),
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
  if (Math.random() < 0.5 && isEndedAtOnce(task)) {
    await workAtOnce(order, GOOD_END_AT_ONCE[task]);
    return;
  }
  const claimed = await ledger.claims.claim(order);
  if (claimed.kind !== 'claimed') return;
  const fence = { name, token: claimed.record.work.token };
  say({ said: 'claimed', ...fence });
  const isBad = task !== 'fulfill' && Math.random() < 0.1;
  const end = isBad ? ({ kind: 'failed', message: 'no', retryInMs: 0 } as const) : GOOD_END[task];
  let settled = await ledger.claims.settle(fence, end);
  if (settled.kind === 'short') {
    const place = { kind: 'waiting', dueInMs: LONG_MS, patienceMs: LONG_MS } as const;
    settled = await ledger.claims.settle(fence, place);
  }
  tell(fence, settled);
  if (settled.kind === 'settled') await takeUp(settled.givenBack);
  if (settled.kind === 'settled') granted(await matcher.look(['project', 'disk']));
}

async function workAtOnce(order: ClaimOrder, end: EndAtOnce): Promise<void> {
  const done = await ledger.claims.claimAndSettle(order, end);
  if (done.kind !== 'settled') return;
  const fence = { name: order.name, token: done.record.work.token };
  say({ said: 'claimed', ...fence });
  tell(fence, done.settled);
  granted(await matcher.look(['project', 'disk']));
}

function tell({ name, token }: { name: string; token: number }, settled: Settled): void {
  if (settled.kind !== 'settled')
    throw new Error(`${name}: nobody else can have claimed it, and it is ${settled.kind}`);
  const { phase = null, cycle = 0 } = settled.record.work ?? {};
  say({ said: 'settled', name, token, cycle, phase });
}

async function match(): Promise<void> {
  granted(await matcher.look(['project', 'disk']));
}

function granted(wakes: readonly Wake[]): void {
  for (const { name, cycle } of wakes) say({ said: 'granted', name, cycle });
}

/** A user takes something, perhaps with its parts, and gives it back. */
async function use(owner: string): Promise<void> {
  const type = pick(['cluster', 'lab', 'project']);
  const requestId = pick(['', owner]);
  const request = {
    type,
    state: 'free',
    dest: 'busy',
    owner,
    requestId,
    requestTtlMs: 1_000,
    newName,
    ahead: 0,
  };
  const answer = await ledger.users.acquire(request);
  if (answer.kind !== 'acquired') return;
  sayAcquired(answer.resource);
  const { name, work: built } = answer.resource;
  const parts = built?.leases.map((lease) => lease.name) ?? [];
  const order = { state: name, dest: 'busy', owner, names: parts };
  const taken = parts.length > 0 && Math.random() < 0.5 ? await ledger.users.acquireByState(order) : null;
  for (const part of taken ?? []) sayAcquired(part);
  for (const part of taken ?? [])
    await giveBack(part.name, { owner, dest: pick([name, name, 'dirty', 'free']) });
  await giveBack(name, { owner, dest: pick(['free', 'dirty']) });
}

function sayAcquired({ name, owner, lastUpdate }: ResourceRecord): void {
  say({ said: 'acquired', name, owner, lastUpdate });
}

async function giveBack(name: string, to: { owner: string; dest: string }): Promise<void> {
  say({ said: 'releasing', name });
  const touched = await ledger.users.release({ name, ...to });
  if (touched.kind !== 'done')
    throw new Error(`${name} was ${to.owner}'s, and could not be released: ${touched.kind}`);
  await takeUp(touched.givenBack);
  granted(await matcher.look(touched.yields));
}

function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function pickOrNone<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

function pick<Item>(items: readonly [Item, ...Item[]]): Item {
  return pickOrNone(items) ?? items[0];
}
