import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { environmentOf, startCloud, type Cloud } from '../../shared/cloud/cloud.ts';
import { readDescription } from '../../shared/cloud/description.ts';
import { createScheduler } from '../../shared/cloud/scheduler.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { openCloudLedger, openCloudTopics } from '../../shared/runtime/compose.ts';
import type { LogEntry } from '../../shared/runtime/log.ts';
import { systemRandom } from '../../shared/runtime/random.ts';
import { checkInvariants } from './invariants.ts';
import { openPushProxy, type PushProxy } from './cloudProxy.ts';
import { configOf, physical, type Entry } from './worldConfig.ts';

export interface CloudWorldOptions {
  /** Of this world alone: an empty ledger and topics of its own. */
  readonly projectId: string;
  readonly hosts: { readonly firestore: string; readonly pubsub: string };
  readonly bundle: string;
}

/** A whole Mason on emulators, each function in a process of its own; the test has the ledger, to look and to use it. */
export interface CloudWorld {
  readonly cloud: Cloud;
  readonly proxy: PushProxy;
  /** What the functions have said. */
  readonly log: readonly LogEntry[];
  virtuals(): Promise<readonly ResourceRecord[]>;
  /** A user takes this share of each virtual type, and gives it back dirty. @returns name → its cycle then */
  use(share: number): Promise<ReadonlyMap<string, number>>;
  /** What keeps the world from being at rest, every virtual resource free and past the cycle in `since`. */
  unrest(since?: ReadonlyMap<string, number>): Promise<readonly string[]>;
  /** Resolves as soon as the world is at rest; rejects with what keeps it from that after `seconds`. */
  rest(seconds: number, since?: ReadonlyMap<string, number>): Promise<void>;
  close(): Promise<void>;
}

const MASONABLE = fileURLToPath(new URL('cloudMasonable.mjs', import.meta.url));

/** How many there are of each virtual type, and what one needs. */
export const VIRTUALS = {
  sandbox: { count: 110, needs: { project: 1 } },
  cluster: { count: 60, needs: { project: 1, quota: 1 } },
  fleet: { count: 30, needs: { project: 1, quota: 2 } },
} as const;
export const TOTAL = Object.values(VIRTUALS).reduce((sum, { count }) => sum + count, 0);

/** So many that all can be free at once, and not one more. */
const supplyOf = (type: string): number =>
  Object.values(VIRTUALS).reduce(
    (sum, { count, needs }) =>
      sum + count * (Object.entries(needs).find(([need]) => need === type)?.[1] ?? 0),
    0,
  );

const CONFIG = configOf(
  ...Object.entries(VIRTUALS).map(([type, { count, needs }]): Entry => ({
    type,
    state: 'dirty',
    'min-count': count,
    'max-count': count,
    needs,
    config: { type: 'Instant', content: '{}' },
    mason: { 'retry-base': '1s', 'max-constructing': count },
  })),
  physical('project', supplyOf('project')),
  physical('quota', supplyOf('quota')),
);

/** Milliseconds between two ticks of the Scheduler's part: each reads every pool, and the emulator reads slowly. */
const TICK_MS = 3_000;
/** So does each look of the test. */
const LOOK_MS = 4_000;
/** Calls of a user at the same time. */
const USERS = 16;
const USER = 'test';

export async function openCloudWorld(options: CloudWorldOptions): Promise<CloudWorld> {
  const { projectId, hosts, bundle } = options;
  const description = readDescription();
  const log: LogEntry[] = [];
  const surroundings = {
    clock: systemClock,
    random: systemRandom,
    log: (entry: LogEntry) => void log.push(entry),
  };
  const config = join(bundle, `${projectId}.yaml`);
  await writeFile(config, CONFIG);
  const inherited = { PATH: process.env['PATH'], MASON_MASONABLES: MASONABLE };
  const env = environmentOf({ inherited, projectId, hosts, config });
  const cloud = await startCloud({ projectId, description, bundle, env, log: surroundings.log });
  const proxy = await openPushProxy();
  await cloud.connect({
    through: (_, url) => proxy.through(url),
    overrides: { maxDeliveryAttempts: 100 },
  });
  const ledger = await openCloudLedger({ projectId }, surroundings);
  const topics = await openCloudTopics({ projectId, topicOf: (topic) => description.topics[topic].topic });
  const { schedules } = description;
  const scheduler = createScheduler({ topics, schedules, everyMs: TICK_MS, ...surroundings });
  scheduler.start();

  const virtuals = async (): Promise<readonly ResourceRecord[]> => {
    const types = Object.keys(VIRTUALS);
    return (await Promise.all(types.map((type) => ledger.views.records({ type, limit: 10_000 })))).flat();
  };
  const unrest = async (since: ReadonlyMap<string, number> = new Map()): Promise<string[]> => {
    const members = await virtuals();
    const due = members.filter(
      ({ name, state, work }) => state !== 'free' || (work?.cycle ?? 0) <= (since.get(name) ?? 0),
    );
    if (members.length === TOTAL && due.length === 0) return [];
    return [`${members.length} of ${TOTAL} are there`, ...due.map((record) => storyOf(record))];
  };
  return {
    cloud,
    proxy,
    log,
    virtuals,
    unrest,
    use: (share) => useShare(ledger, share),
    async rest(seconds, since) {
      const deadline = performance.now() + seconds * 1_000;
      for (;;) {
        // Of a machine that is too busy an emulator may not answer in time: the next look tells.
        const left = await unrest(since).catch((error: unknown) => [String(error)]);
        if (left.length === 0) break;
        if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain:\n${told(left)}`);
        await delay(LOOK_MS);
      }
      await mustHold(ledger);
    },
    async close() {
      await scheduler.stop();
      await cloud.stop();
      await Promise.all([topics.close(), ledger.close(), proxy.close()]);
    },
  };
}

async function useShare(ledger: Ledger, share: number): Promise<ReadonlyMap<string, number>> {
  const cycles = new Map<string, number>();
  const use = async (type: string): Promise<void> => {
    const acquired = await ledger.users.acquire({
      ...{ type, state: 'free', dest: 'in-use', owner: USER, requestId: '', requestTtlMs: 30_000 },
      ...{ newName: () => systemRandom.uuid(), ahead: 0 },
    });
    if (acquired.kind !== 'acquired') throw new Error(`no ${type} was to be had: ${acquired.kind}`);
    const { name, work } = acquired.resource;
    cycles.set(name, work?.cycle ?? 0);
  };
  const wanted = Object.entries(VIRTUALS).flatMap(([type, { count }]) =>
    Array.from({ length: Math.round(count * share) }, () => type),
  );
  await each(wanted, use);
  await each([...cycles.keys()], async (name) => {
    const released = await ledger.users.release({ name, dest: 'dirty', owner: USER });
    if (released.kind !== 'done') throw new Error(`${name} could not be released: ${released.kind}`);
  });
  return cycles;
}

async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: USERS }, worker));
}

/** At rest: the invariants, exactly the needs, nothing held twice, nothing lost, built for the cycle that it is in. */
async function mustHold(ledger: Ledger): Promise<void> {
  const records = await ledger.views.records({ limit: 10_000 });
  const faults = [
    ...checkInvariants(records, await ledger.configs.types()),
    ...countFaults(records),
    ...heldTwice(records),
    ...records.flatMap(({ name, type, work, userData }) =>
      type in VIRTUALS && userData['builtFor'] !== `${name} ${work?.cycle}`
        ? [`${name} is in cycle ${work?.cycle}, and was built for ${userData['builtFor']}`]
        : [],
    ),
  ];
  if (faults.length > 0) throw new Error(`at rest, and yet:\n${told(faults)}`);
}

function countFaults(records: readonly ResourceRecord[]): string[] {
  const wanted = new Map<string, number>([
    ...Object.entries(VIRTUALS).map(([type, { count }]) => [type, count] as const),
    ...['project', 'quota'].map((type) => [type, supplyOf(type)] as const),
  ]);
  const counts = Map.groupBy(records, ({ type }) => type);
  return [...wanted].flatMap(([type, count]) => {
    const there = counts.get(type)?.length ?? 0;
    return there === count ? [] : [`there are ${there} of type ${type} instead of ${count}`];
  });
}

function heldTwice(records: readonly ResourceRecord[]): string[] {
  const held = records.flatMap(({ work }) => (work?.leases ?? []).map(({ name }) => name));
  const twice = held.filter((name, at) => held.indexOf(name) !== at);
  return twice.map((name) => `${name} is held twice`);
}

const storyOf = ({ name, type, state, work }: ResourceRecord): string =>
  `${type} ${name}: ${state}, ${work?.phase ?? 'no phase'}, cycle ${work?.cycle}, crashes ${work?.crashes}, ` +
  `attempts ${work?.attempts}, due ${isoOf(work?.dueAt)}, claimed until ${isoOf(work?.claimedUntil)}, ` +
  `last error ${work?.lastError?.message ?? 'none'}`;

const isoOf = (ms: number | null | undefined): string => (ms == null ? 'never' : new Date(ms).toISOString());

const told = (lines: readonly string[]): string => lines.slice(0, 20).join('\n');
