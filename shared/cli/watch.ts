import { setTimeout as sleep } from 'node:timers/promises';

import { MasonError } from '../errors.ts';
import type { Io } from './io.ts';

/** How often (ms) it looks, for a person. */
export const LOOK_MS = 1_000;
/** Of a function, whose reads are billed. */
export const LOOK_AFAR_MS = 10_000;

/**
 * Shows what `look` tells, and again whenever it tells something else: on a terminal in its place, else below. A server that
 * doesn't answer for a while is waited for, once it has answered.
 *
 * @throws MasonError of the first look; the signal's reason
 */
export async function watch(
  { out, err, redraw }: Pick<Io, 'out' | 'err' | 'redraw'>,
  look: () => Promise<string>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<never> {
  let shown = await look();
  let trouble = '';
  const show = redraw ?? out;
  show(shown);
  for (;;) {
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      const next = await look();
      if (next !== shown || trouble !== '') show(next);
      shown = next;
      trouble = '';
    } catch (error) {
      if (!(error instanceof MasonError) || error.code !== 'SERVER_UNREACHABLE') throw error;
      if (trouble === '') err(`mason: ${error.message}\n`);
      trouble = error.message;
    }
  }
}
