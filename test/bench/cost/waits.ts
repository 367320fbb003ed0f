import { setTimeout as delay } from 'node:timers/promises';

import type { Plant } from './plant.ts';

const LOOK_MS = 2_000;
const PATIENCE_MS = 900_000;

/** How many of this type are free. */
export const freeOf = async ({ ledger }: Pick<Plant, 'ledger'>, type: string): Promise<number> =>
  (await ledger.views.pools()).find((pool) => pool.type === type)?.states['free'] ?? 0;

/** Resolves once so many virtual resources are free. */
export const untilFree = (plant: Pick<Plant, 'ledger'>, members: number): Promise<void> =>
  until(async () => (await freeOf(plant, 'virtual')) === members);

/** @throws Error after a quarter of an hour */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await delay(LOOK_MS);
  }
}
