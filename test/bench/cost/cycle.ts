import { setTimeout as delay } from 'node:timers/promises';

import { PHASES } from '../../../shared/ledger/records.ts';
import { share, sum, type Cost, type Payer } from './meter.ts';
import { openPlant, type Plant } from './plant.ts';
import { freeOf, until, untilFree } from './waits.ts';

const MINUTE_MS = 60_000;
export const MEMBERS = 100;

/** What one virtual resource costs in one cycle, by who pays. No tick has a part in it. */
export type CycleCost = ReadonlyMap<Payer, Cost>;

export async function measureCycle(firestoreHost: string): Promise<CycleCost> {
  const plant = await openPlant(firestoreHost, MEMBERS);
  try {
    await plant.tick('sync');
    await untilFree(plant, MEMBERS);
    plant.meter.reset();
    await useAll(plant);
    await untilFree(plant, MEMBERS);
    await until(async () => (await freeOf(plant, 'physical')) === MEMBERS);
    const payers: readonly Payer[] = [...PHASES, 'wake', 'user', 'janitor'];
    return new Map(payers.map((payer) => [payer, share(plant.meter.of(payer), MEMBERS)]));
  } finally {
    await plant.close();
  }
}

/** What a minute costs in which everything is free: both ticks. */
export async function measureIdle(firestoreHost: string, members: number): Promise<Cost> {
  const plant = await openPlant(firestoreHost, members);
  try {
    await plant.tick('sync');
    await untilFree(plant, members);
    await nextMinute();
    return sum(await idleTick(plant, 'sync'), await idleTick(plant, 'janitor'));
  } finally {
    await plant.close();
  }
}

/** The first sync of a minute samples the pools, too. */
const nextMinute = (): Promise<void> => delay(MINUTE_MS - (Date.now() % MINUTE_MS));

async function idleTick(plant: Plant, topic: 'sync' | 'janitor'): Promise<Cost> {
  plant.meter.reset();
  await plant.tick(topic);
  await until(() => Promise.resolve(plant.meter.of(topic).invocations === 1));
  // One look more: what is still on its way must be counted, too.
  await delay(2_000);
  return plant.meter.of(topic);
}

/** Each is acquired and released dirty, as a test would. */
async function useAll({ mason, meter }: Plant): Promise<void> {
  const use = async (lane: number): Promise<void> => {
    const owner = `lane-${lane}`;
    const request = { type: 'virtual', state: 'free', dest: 'busy', owner, requestId: '' };
    const acquired = await mason.users.acquire(request);
    if (acquired.kind !== 'acquired') throw new Error(`lane ${lane} got ${acquired.kind}`);
    await mason.users.release({ name: acquired.resource.name, dest: 'dirty', owner });
  };
  await meter.run('user', async () => {
    for (let lane = 0; lane < MEMBERS; lane += 1) await use(lane);
  });
}
