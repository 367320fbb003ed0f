import type { Overview } from '../api/wire.ts';
import type { Events } from './events.ts';
import type { Runner } from './runner.ts';
import type { View } from './view/view.ts';

export interface Looks {
  /** Looks once more, and no more after that. */
  last(): Promise<void>;
  stop(): void;
}

/** How often (ms) the view gets a new look while something happens: faster than that nobody reads. */
const LOOK_MS = 200;
/** Though nothing was heard it gets one after this time (ms): another process may work on the same ledger. */
const UNASKED_MS = 1_000;
/** A look counts all resources: 40 ms with 20,000. */
const SHARE = 1 / 20;

export function lookOften(parts: {
  readonly runner: Pick<Runner, 'overview'>;
  /** See View.looked; default: there is no such command. */
  readonly useOf?: (overview: Overview) => Promise<string | null>;
  readonly events: Events;
  readonly view: View;
  /** What looks take is at most this part of the time (default 1/20): more where they only wait for another process. */
  readonly share?: number;
}): Looks {
  const { runner, events, view, useOf = noUse, share = SHARE } = parts;
  let happened = true;
  let lookedAt = -Infinity;
  let restUntil = -Infinity;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    happened = false;
    lookedAt = performance.now();
    restUntil = Infinity;
    try {
      const overview = await runner.overview();
      view.looked(overview, await useOf(overview));
      restUntil = performance.now() + (performance.now() - lookedAt) / share;
    } catch (error) {
      restUntil = performance.now() + UNASKED_MS;
      const message = `the pools can not be read: ${error instanceof Error ? error.message : String(error)}`;
      events.log({ severity: 'ERROR', event: 'look-failed', message });
    }
  };
  const unsubscribe = events.subscribe((event) => {
    happened = true;
    view.happened(event);
  });
  const timer = setInterval(() => {
    const now = performance.now();
    if (now < restUntil || (!happened && now < lookedAt + UNASKED_MS)) return;
    looking = look();
  }, LOOK_MS);
  const stop = (): void => {
    clearInterval(timer);
    unsubscribe();
  };
  return {
    stop,
    async last() {
      stop();
      await looking;
      await look();
    },
  };
}

const noUse = (): Promise<null> => Promise.resolve(null);
