import type { MasonError } from '../errors.ts';
import type { UserData } from '../ledger/records.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ProcessSignals } from '../runtime/processSignals.ts';
import type { Lease } from './lease.ts';

/** Where the server is, and how it is talked to. All times are milliseconds. */
export interface MasonClientOptions {
  /** Of a Boskos API: a Mason's, or the original's. It may have a path. */
  readonly url: string;
  /** In whose name resources are held. Whoever knows it can release them, so it says who you are, and is no secret. */
  readonly owner: string;
  readonly authorization?: Credentials;
  /** Between two tries while nothing is free (default 3 s, jittered). Shorter than the server's request TTL, 30 s. */
  readonly poll?: number;
  /** How long a call is tried again while the server is not there, or busy (default 60 s). */
  readonly patience?: number;
  /** How long one attempt at a call may take (default 30 s). */
  readonly timeout?: number;
  /** Told of each attempt that failed, and in how many milliseconds the next one follows. What it throws is dropped. */
  readonly onRetry?: (error: MasonError, pause: number) => void;
}

/** For a server that asks who calls. A function is asked at each attempt. */
export type Credentials =
  | { readonly user: string; readonly password: string | (() => string | Promise<string>) }
  | { readonly token: string | (() => string | Promise<string>) };

export interface AcquireOptions<Data = UserData> {
  /** The state that it must be in (default `free`). */
  readonly state?: string;
  /** The state that it gets (default `busy`: one in which the server looks for signs of life). */
  readonly dest?: string;
  /**
   * Instead of the client's. Who holds several resources at a time does well to give each an owner of its own: a release whose
   * answer was lost is repeated, and could hit the next lease of the same owner on the same resource. `using` does so.
   */
  readonly owner?: string;
  /** Keeps a place in the queue from call to call (default: a new UUID). A repeat of it gets the same resource again. */
  readonly requestId?: string;
  /** How long (ms) to wait until one is free (default 0: not at all). */
  readonly wait?: number;
  /** Ends the waiting. What comes all the same goes back at once, unused. */
  readonly signal?: AbortSignal;
  /** Told at each try that finds none free. What it throws is dropped. */
  readonly onWait?: (place: Place) => void;
  /** Makes of its user data what `lease.data` is. If it throws, the resource goes back unused. */
  readonly parse?: (userData: UserData) => Data;
}

/** While one waits. */
export interface Place {
  /** Milliseconds. */
  readonly waited: number;
  /** In the queue, from 1. Null: the server doesn't tell. */
  readonly position: number | null;
  /** Of the queue. Null: the server doesn't tell. */
  readonly length: number | null;
}

export interface ReleaseOptions {
  /** The state that it gets (default `dirty`: Mason builds it anew). `free`, of one that was not used. */
  readonly dest?: string;
  /** Instead of the client's. Of a lease: its own. */
  readonly owner?: string;
  /** Ends the tries; an attempt on its way is waited for. */
  readonly signal?: AbortSignal;
}

export interface HeartbeatOptions {
  /** Milliseconds between two signs of life (default 60 s), shortened by a random part of up to a fifth. */
  readonly interval?: number;
  /** Told once, when one of the resources is the caller's no more. Nothing is sent any more then. */
  readonly onLost?: (error: MasonError) => void;
  /** Told when a sign of life could not be sent, though it was tried for half an interval. The next one follows all the same. */
  readonly onMissed?: (error: unknown) => void;
  /** Told of each that arrived. */
  readonly onBeat?: () => void;
  /** Whether the first one is sent at once, and not after an interval. */
  readonly atOnce?: boolean;
}

/** Signs of life under way. */
export interface Heartbeat {
  /** Resolves when nothing is on its way any more. Rejects then with the first thing that a callback has thrown meanwhile. */
  stop(): Promise<void>;
  /** Aborted with the error when a resource is lost. */
  readonly lost: AbortSignal;
}

export interface UsingOptions<Data = UserData>
  extends AcquireOptions<Data>, Pick<HeartbeatOptions, 'interval' | 'onLost' | 'onMissed'> {
  /** The state that it gets after use (default `dirty`). */
  readonly releaseAs?: string;
  /** How long (ms) the work may go on after it was told to end, before the resource goes back all the same (default 2 s). */
  readonly grace?: number;
}

/** What is done with a resource. The signal is aborted when it is lost, or the process is to end. */
export type Work<Result, Data> = (
  lease: Lease<Data>,
  { signal }: { readonly signal: AbortSignal },
) => Promise<Result>;

/** The world that a client is in. For tests. */
export interface ClientParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly fetch: typeof fetch;
  readonly signals: ProcessSignals;
}
