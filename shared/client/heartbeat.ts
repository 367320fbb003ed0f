import type { MasonError } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Held } from './lease.ts';
import { lost } from './lost.ts';
import type { Heartbeat, HeartbeatOptions } from './options.ts';
import { tell } from './tell.ts';
import type { Wire } from './wire/wire.ts';

interface HeartbeatParts {
  readonly wire: Wire;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

type Outcome =
  | { readonly kind: 'arrived' }
  | { readonly kind: 'lost'; readonly error: MasonError }
  | { readonly kind: 'missed'; readonly error: unknown };

/** Milliseconds. Half an hour is what a server waits for a sign of life unless told otherwise. */
const DEFAULT_INTERVAL = 60_000;

/** Gives signs of life for a resource and all that it is made of, until it is stopped or one of them is lost. */
export function heartbeat(
  { wire, clock, random }: HeartbeatParts,
  held: Held,
  options: HeartbeatOptions,
): Heartbeat {
  const interval = options.interval ?? DEFAULT_INTERVAL;
  const stopped = new AbortController();
  const loss = new AbortController();
  const names = [held.name, ...held.leased.map(({ name }) => name)];
  const callbacks = teller();
  let beating = Promise.resolve();
  let cancel = (): void => undefined;

  /** All at once, so that one that fails keeps no other from its sign of life. */
  const look = async (): Promise<Outcome> => {
    const { state, owner } = held;
    const by = { patience: interval / 2, signal: stopped.signal };
    const asked = names.map((name) => wire.update({ name, state, owner }, by));
    const touched = await Promise.allSettled(asked);
    for (const [at, result] of touched.entries())
      if (result.status === 'fulfilled' && result.value.kind !== 'done')
        return { kind: 'lost', error: lost({ name: names[at] ?? '', owner }, result.value) };
    const failed = touched.find((result) => result.status === 'rejected');
    return failed === undefined ? { kind: 'arrived' } : { kind: 'missed', error: failed.reason };
  };
  const beat = async (): Promise<void> => {
    const outcome = await look();
    if (stopped.signal.aborted) return;
    switch (outcome.kind) {
      case 'lost':
        loss.abort(outcome.error);
        callbacks.tell(() => options.onLost?.(outcome.error));
        return;
      case 'missed':
        callbacks.tell(() => options.onMissed?.(outcome.error));
        break;
      case 'arrived':
        callbacks.tell(() => options.onBeat?.());
    }
    next();
  };
  const start = (): void => void (beating = beat());
  const next = (): void => {
    cancel = clock.after(interval * (1 - 0.2 * random()), start);
  };

  if (options.atOnce === true) start();
  else next();
  return {
    lost: loss.signal,
    async stop() {
      stopped.abort();
      cancel();
      await beating;
      callbacks.throwIfFaulty();
    },
  };
}

interface Teller {
  tell(callback: () => unknown): void;
  /** @throws the first thing that a callback has thrown */
  throwIfFaulty(): void;
}

/** What a callback throws must end neither the signs of life nor the release after them: it is kept until then. */
function teller(): Teller {
  const faults: unknown[] = [];
  return {
    tell(callback) {
      tell(callback, (error) => faults.push(error));
    },
    throwIfFaulty() {
      if (faults.length > 0) throw faults[0];
    },
  };
}
