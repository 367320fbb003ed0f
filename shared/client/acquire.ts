import { MasonError } from '../errors.ts';
import { STATE, type UserData } from '../ledger/records.ts';
import { leasedNames } from '../ledger/records/leasedNames.ts';
import type { Clock } from '../runtime/clock.ts';
import { giveBack } from './giveBack.ts';
import type { Lease, Resource } from './lease.ts';
import type { AcquireOptions, Place } from './options.ts';
import { pause } from './pause.ts';
import { takeByName } from './takeByName.ts';
import { tell } from './tell.ts';
import type { Acquired, Wire } from './wire/wire.ts';

export interface AcquireParts {
  readonly wire: Wire;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds. */
  readonly poll: number;
  readonly patience: number;
}

/** All that an acquire is asked for. */
export interface Wanted<Data> {
  readonly type: string;
  readonly state: string;
  readonly dest: string;
  readonly owner: string;
  readonly requestId: string;
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
  readonly onWait: AcquireOptions['onWait'];
  readonly parse: (userData: UserData) => Data;
}

/** In a row, until a type is believed to be unknown: one that is made on demand is unknown until its first is made. */
const UNKNOWN_ANSWERS = 3;

/**
 * Takes a resource and all that it is made of, or nothing.
 * @throws MasonError NOTHING_FREE, NOT_WHOLE, NOT_FOUND (the type), and what the wire throws; the signal's reason
 */
export async function acquire<Data>(parts: AcquireParts, wanted: Wanted<Data>): Promise<Lease<Data>> {
  const { wire, clock } = parts;
  const start = clock.monotonic();
  const left = (): number => Math.max(0, start + wanted.wait - clock.monotonic());
  for (let unknown = 0; ;) {
    wanted.signal?.throwIfAborted();
    const patience = Math.max(left(), Math.min(parts.patience, SHORT_PATIENCE));
    const acquired = await wire.acquire(asked(wanted), {
      patience,
      signal: wanted.signal,
      lastAttempt: LAST_ATTEMPT,
    });
    const lease = acquired.kind === 'acquired' ? await takeParts(parts, acquired.resource, wanted) : null;
    if (lease !== null) return lease;
    wanted.signal?.throwIfAborted();
    unknown = acquired.kind === 'unknownType' ? unknown + 1 : 0;
    if (left() === 0 || unknown >= UNKNOWN_ANSWERS) throw failure(acquired, wanted);
    const place = placeOf(acquired, clock.monotonic() - start);
    tell(
      () => wanted.onWait?.(place),
      () => undefined,
    );
    await pause(clock, Math.min(left(), parts.poll * (0.75 + 0.5 * parts.random())), wanted.signal);
  }
}

/** Milliseconds: who doesn't want to wait hears soon that no server answers. */
const SHORT_PATIENCE = 3_000;
/** Milliseconds: who has given up is not kept waiting for long. */
const LAST_ATTEMPT = 2_000;

const asked = ({ type, state, dest, owner, requestId }: Wanted<unknown>) => ({
  type,
  state,
  dest,
  owner,
  requestId,
});

function placeOf(acquired: Acquired, waited: number): Place {
  const { position, length } = acquired.kind === 'none' ? acquired : { position: null, length: null };
  return { waited, position, length };
}

function failure(acquired: Acquired, { type, state, wait }: Wanted<unknown>): MasonError {
  if (acquired.kind === 'unknownType')
    return new MasonError('NOT_FOUND', `the server has no resource of type ${JSON.stringify(type)}`);
  if (acquired.kind === 'acquired')
    return new MasonError(
      'NOT_WHOLE',
      `a ${type} was there, but not all that it is made of. It was given back`,
    );
  const waited = wait === 0 ? '' : ` within ${wait / 1_000} s`;
  return new MasonError('NOTHING_FREE', `no resource of type ${JSON.stringify(type)} was ${state}${waited}`);
}

/**
 * Takes what it is made of, each by state = its name.
 * @returns null if that is not all there: then everything was given back
 */
async function takeParts<Data>(
  { wire, patience }: AcquireParts,
  resource: Resource,
  { dest, owner, state, signal, parse }: Wanted<Data>,
): Promise<Lease<Data> | null> {
  // What was begun is brought to its end, whatever the signal says.
  const by = { patience };
  const leased: Resource[] = [];
  const held = { name: resource.name, state: dest, owner, leased };
  try {
    const names = leasedNames(resource.userData);
    for (const name of names ?? []) {
      const part = await takeByName(wire, { name, state: resource.name, dest, owner }, by);
      if (part !== null) leased.push(part);
    }
    if (names === null || leased.length < names.length) {
      await giveBack(wire, held, { dest: STATE.dirty, by });
      return null;
    }
  } catch (error) {
    // Whatever it is, it must not stay: but there is nobody left to be told that this fails, too.
    await giveBack(wire, held, { dest: STATE.dirty, by: { patience: 0 } }).catch(() => undefined);
    throw error;
  }
  try {
    signal?.throwIfAborted();
    return { ...resource, state: dest, owner, leased, data: parse(resource.userData) };
  } catch (error) {
    // Nobody has used it: it goes back as it came.
    await giveBack(wire, held, { dest: state, by });
    throw error;
  }
}
