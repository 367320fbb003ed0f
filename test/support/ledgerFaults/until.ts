import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

/** Resolves as soon as it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${isSo.toString()}`);
    await delay(LOOK_MS);
  }
}
