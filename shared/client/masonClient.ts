import { MasonError } from '../errors.ts';
import { STATE, type UserData } from '../ledger/records.ts';
import { systemClock } from '../runtime/clock.ts';
import { systemSignals } from '../runtime/processSignals.ts';
import { systemRandom } from '../runtime/random.ts';
import { acquire } from './acquire.ts';
import { giveBack } from './giveBack.ts';
import { heartbeat } from './heartbeat.ts';
import type { Held, Lease, Released } from './lease.ts';
import type {
  AcquireOptions,
  ClientParts,
  Heartbeat,
  HeartbeatOptions,
  MasonClientOptions,
  ReleaseOptions,
  UsingOptions,
  Work,
} from './options.ts';
import { giveBackUntold, ownerOfLease, recall } from './recall.ts';
import { using, type Leases } from './using.ts';
import { authorizationOf } from './wire/authorization.ts';
import { readBase } from './wire/place.ts';
import { openWire, type Wire } from './wire/wire.ts';

// Milliseconds.
const DEFAULT_POLL = 3_000;
const DEFAULT_PATIENCE = 60_000;
const DEFAULT_TIMEOUT = 30_000;

const systemParts: ClientParts = {
  clock: systemClock,
  random: () => systemRandom.number(),
  newId: () => systemRandom.uuid(),
  fetch: (...request) => fetch(...request),
  signals: systemSignals,
};

/**
 * Leases resources from a Boskos API, a Mason's or the original's, with all that a virtual one is made of. It remembers
 * nothing: what there is to give back stands in the lease, and on the server.
 *
 * @example
 * const client = new MasonClient({ url: 'http://127.0.0.1:8377', owner: 'me' });
 * await client.using('cluster', { wait: 600_000 }, async ({ userData }) => {
 *   await test(userData['kubeconfig']);
 * });
 */
export class MasonClient {
  readonly #owner: string;
  readonly #poll: number;
  readonly #patience: number;
  readonly #parts: ClientParts;
  readonly #wire: Wire;

  /** @throws MasonError ENVIRONMENT_INVALID for a URL, an owner or credentials that can't be used */
  constructor(options: MasonClientOptions, parts: Partial<ClientParts> = {}) {
    const { owner, poll = DEFAULT_POLL, patience = DEFAULT_PATIENCE, timeout = DEFAULT_TIMEOUT } = options;
    checkOwner(owner);
    this.#owner = owner;
    this.#poll = poll;
    this.#patience = patience;
    this.#parts = { ...systemParts, ...parts };
    const base = readBase(options.url);
    const authorization = authorizationOf(options.authorization, base);
    const { onRetry = () => undefined } = options;
    this.#wire = openWire({ ...this.#parts, base, authorization, timeout, onRetry });
  }

  /**
   * Takes a resource of the type and everything that it is made of, or nothing at all. While none is free it waits in the
   * server's queue.
   *
   * @throws MasonError NOTHING_FREE: none was free in time. NOT_FOUND: there is no such type. NOT_WHOLE: one was free, but not
   *   what it is made of. SERVER_UNREACHABLE, BOSKOS_UNAVAILABLE, BOSKOS_REFUSED: of the server. The signal's reason
   */
  async acquire<Data = UserData>(type: string, options: AcquireOptions<Data> = {}): Promise<Lease<Data>> {
    const { owner = this.#owner } = options;
    checkOwner(owner);
    return acquire<Data>(
      { ...this.#parts, wire: this.#wire, poll: this.#poll, patience: this.#patience },
      {
        type,
        state: options.state ?? STATE.free,
        dest: options.dest ?? STATE.busy,
        owner,
        requestId: options.requestId ?? this.#parts.newId(),
        wait: options.wait ?? 0,
        signal: options.signal,
        onWait: options.onWait,
        // Without a parser, Data is what it is by default.
        parse: options.parse ?? ((userData) => userData as Data),
      },
    );
  }

  /**
   * Gives back a resource and everything that it is made of. May be repeated, by another process too: what an earlier try
   * has given back is passed over.
   *
   * @param held a lease, or the name of a resource: the server is then asked what it is made of
   * @throws MasonError LEASE_LOST, NOT_FOUND: it is not the caller's. What it is made of is given back all the same.
   *   SERVER_UNREACHABLE, BOSKOS_UNAVAILABLE, BOSKOS_REFUSED: of the server
   */
  async release(held: Held | string, options: ReleaseOptions = {}): Promise<Released> {
    const { dest = STATE.dirty, signal } = options;
    const by = { patience: this.#patience, signal };
    if (typeof held !== 'string') return giveBack(this.#wire, held, { dest, by });
    const recalled = await recall(this.#wire, this.#named(held, options.owner), by);
    if (recalled.held !== null) return giveBack(this.#wire, recalled.held, { dest, by });
    return giveBackUntold(this.#wire, { name: held, owner: recalled.owner, dest }, by);
  }

  /**
   * Gives signs of life for a resource and everything that it is made of, so that it stays the caller's.
   * @param held a lease; or, as `find` gives it, what the caller has under a name
   */
  heartbeat(held: Held, options: HeartbeatOptions = {}): Heartbeat {
    return heartbeat({ ...this.#parts, wire: this.#wire }, held, options);
  }

  /**
   * What the caller holds under a name, for another process than the one that acquired it. The original's server doesn't tell
   * its state (so: `busy`), nor what it is made of (so: nothing).
   *
   * @throws MasonError LEASE_LOST, NOT_FOUND: it is not the caller's. Of the server as `release`
   */
  async find(name: string, options: Omit<ReleaseOptions, 'dest'> = {}): Promise<Held> {
    const by = { patience: this.#patience, signal: options.signal };
    const { owner, held, loss } = await recall(this.#wire, this.#named(name, options.owner), by);
    if (loss !== null) throw loss;
    return held ?? { name, owner, state: STATE.busy, leased: [] };
  }

  /**
   * Acquires a resource, keeps it while the work goes on, and gives it back whatever happens: when the work is done, when it
   * throws, when the resource is lost, and at SIGINT, SIGTERM and SIGHUP, which end the process after that. Handlers of
   * these are there only meanwhile. Its owner is `OWNER/ID`, which only this lease has: whoever is OWNER can release it by name.
   *
   * @param work is told by its signal to end: when the resource is lost, at those signals, and when the caller's signal is
   *   aborted. If it doesn't within the grace, the resource goes back all the same
   * @returns what the work returns
   * @throws what the work throws; MasonError LEASE_LOST if the resource was lost meanwhile; what `acquire` and `release` throw;
   *   after the release what `onLost` or `onMissed` threw, in an AggregateError if there is one of the others, too
   */
  async using<Result, Data = UserData>(
    type: string,
    options: UsingOptions<Data>,
    work: Work<Result, Data>,
  ): Promise<Result> {
    const { requestId = this.#parts.newId() } = options;
    const owner = ownerOfLease(options.owner ?? this.#owner, requestId);
    const leases: Leases<Data> = {
      acquire: (signal) => this.acquire(type, { ...options, requestId, owner, signal }),
      heartbeat: (lease, onLost) => this.heartbeat(lease, { ...options, onLost }),
      release: (lease) => this.release(lease, { dest: options.releaseAs ?? STATE.dirty }),
    };
    return using({ ...this.#parts, leases }, options, work);
  }

  #named(name: string, owner = this.#owner): { readonly name: string; readonly owner: string } {
    return { name, owner };
  }
}

function checkOwner(owner: string): void {
  if (owner === '')
    throw new MasonError('ENVIRONMENT_INVALID', 'the owner is empty: say in whose name resources are held');
}
