import { setTimeout as sleep } from 'node:timers/promises';

import { MasonError, type ErrorCode } from '../errors.ts';
import type { Io } from './io.ts';

/** How often (ms) it looks, for a person. */
export const LOOK_MS = 1_000;
/** Of a function, whose reads are billed. */
export const LOOK_AFAR_MS = 10_000;

/**
 * Shows what `look` tells, and again whenever it tells something else: on a terminal in its place, else below. Once it has told
 * something, what may pass is told and waited for: a server that is away or busy, a token that can't be had.
 *
 * @throws MasonError of the first look, or one that does not pass; the signal's reason
 */
export async function watch(
  { out, err, redraw }: Pick<Io, 'out' | 'err' | 'redraw'>,
  look: () => Promise<string>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<never> {
  let shown = await look();
  let trouble: ErrorCode | null = null;
  const show = redraw ?? out;
  show(shown);
  for (;;) {
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      const next = await look();
      if (next !== shown || trouble !== null) show(next);
      shown = next;
      trouble = null;
    } catch (error) {
      if (!(error instanceof MasonError) || !mayPass(error)) throw error;
      if (error.code !== trouble) err(`mason: ${error.message}\n`);
      trouble = error.code;
    }
  }
}

/** A token that could be had before can be had again: its metadata server is away, or a login has run out. */
const mayPass = ({ code, retry }: MasonError): boolean => retry || code === 'TOKEN_UNAVAILABLE';
