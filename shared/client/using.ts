import type { MasonError } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { EndingSignal, ProcessSignals } from '../runtime/processSignals.ts';
import type { Lease } from './lease.ts';
import type { Heartbeat, UsingOptions, Work } from './options.ts';

/** How resources are come by, kept and given back. */
export interface Leases<Data> {
  acquire(signal: AbortSignal): Promise<Lease<Data>>;
  heartbeat(lease: Lease<Data>, onLost: (error: MasonError) => void): Heartbeat;
  release(lease: Lease<Data>): Promise<unknown>;
}

interface UsingParts<Data> {
  readonly leases: Leases<Data>;
  readonly clock: Clock;
  readonly signals: ProcessSignals;
}

type Options = Pick<UsingOptions, 'signal' | 'onLost' | 'grace'>;

/** Milliseconds. */
const DEFAULT_GRACE = 2_000;

/** Acquires, gives signs of life and releases, whatever happens meanwhile. */
export async function using<Result, Data>(
  parts: UsingParts<Data>,
  options: Options,
  work: Work<Result, Data>,
): Promise<Result> {
  const ending = new AbortController();
  const signal =
    options.signal === undefined ? ending.signal : AbortSignal.any([options.signal, ending.signal]);
  const heard: EndingSignal[] = [];
  const stopHearing = parts.signals.hear((name) => {
    heard.push(name);
    ending.abort(new Error(`ended by ${name}`));
  });
  try {
    const lease = await parts.leases.acquire(signal);
    return await withLease({ ...parts, ...options }, { lease, signal, ending }, work);
  } finally {
    stopHearing();
    // By now everything is given back: the process ends as it would have done without us.
    if (heard[0] !== undefined) parts.signals.raise(heard[0]);
  }
}

interface Use<Data> {
  readonly lease: Lease<Data>;
  readonly signal: AbortSignal;
  readonly ending: AbortController;
}

async function withLease<Result, Data>(
  { leases, clock, onLost, grace = DEFAULT_GRACE }: UsingParts<Data> & Options,
  { lease, signal, ending }: Use<Data>,
  work: Work<Result, Data>,
): Promise<Result> {
  const beat = leases.heartbeat(lease, (error) => {
    ending.abort(error);
    // It may give a promise: the heartbeat hears of its fault.
    return onLost?.(error);
  });
  const worked = await outcome(async () => {
    const result = await untilGrace(work(lease, { signal }), { signal, clock, grace });
    // What was done with what belonged to somebody else is worth nothing.
    beat.lost.throwIfAborted();
    return result;
  });
  const stopped = await outcome(() => beat.stop());
  const released = await outcome(() => leases.release(lease));
  // Of two faults the first is told: it is the reason. A callback's has a reason of its own, and is told besides.
  const [fault] = [worked, released].filter(({ status }) => status === 'rejected');
  if (fault?.status === 'rejected' && stopped.status === 'rejected')
    throw new AggregateError(
      [fault.reason, stopped.reason],
      `${String(fault.reason)}; besides, a callback threw ${String(stopped.reason)}`,
    );
  if (worked.status === 'rejected') throw worked.reason;
  if (released.status === 'rejected') throw released.reason;
  if (stopped.status === 'rejected') throw stopped.reason;
  return worked.value;
}

async function outcome<Value>(work: () => Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [settled] = await Promise.allSettled([work()]);
  return settled;
}

/** What comes of the work; or, if it is told to end and doesn't within the grace, the signal's reason. */
function untilGrace<Result>(
  work: Promise<Result>,
  { signal, clock, grace }: { readonly signal: AbortSignal; readonly clock: Clock; readonly grace: number },
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  let cancel = (): void => undefined;
  const onAbort = (): void => {
    cancel = clock.after(grace, () => late.reject(signal.reason as Error));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, late.promise]).finally(() => {
    cancel();
    signal.removeEventListener('abort', onAbort);
  });
}
