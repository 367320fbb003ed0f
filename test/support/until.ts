import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. It only ends what hangs: some machines are ten times as slow as others, and busy besides. */
export const PATIENCE_MS = 240_000;
/** Milliseconds between two looks. */
export const LOOK_MS = 50;

/**
 * Waits for a condition, not for a time.
 * @param told what an error tells of how it looks instead
 * @throws {Error} if it is not so after PATIENCE_MS
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  told: () => string = () => isSo.toString(),
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${told()}`);
    await delay(LOOK_MS);
  }
}
