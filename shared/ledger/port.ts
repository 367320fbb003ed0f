import type { Json, Loan, ResourceRecord, Task, UserData, WorkRecord } from './records.ts';
import type { PoolCount, Sample } from './poolCount.ts';
import type { Component, ContentRecord, Pause, TypeRecord } from './typeRecord.ts';

/**
 * The record of who holds what. Every operation is one atomic commit, takes durations in milliseconds and reads the
 * time from the ledger itself, so that the clocks of its callers need not agree. Times that come out are milliseconds
 * since the epoch by the ledger's clock. A rejected promise is a fault of the ledger (see errors.ts): whether the
 * operation was applied is then unknown, and repeating it is safe.
 */
export interface Ledger {
  readonly claims: Claims;
  readonly pools: Pools;
  readonly queue: Queue;
  readonly users: Users;
  readonly configs: Configs;
  readonly loans: Loans;
  readonly holds: Holds;
  readonly restores: Restores;
  readonly views: Views;
  readonly samples: Samples;
  close(): Promise<void>;
}

/** A message to publish: this resource is due for this task of this cycle. */
export interface Wake {
  readonly task: Task;
  readonly type: string;
  readonly name: string;
  readonly cycle: number;
}

// ---- claims: who works on a record, and what comes of it

/** What a run writes with: a precondition that fails once another run has claimed the record. */
export interface Fence {
  readonly name: string;
  readonly token: number;
}

export interface ClaimOrder {
  readonly name: string;
  readonly task: Task;
  /** Of a system message; null for a bare name, which may wake a resource before its time. */
  readonly cycle: number | null;
  /** How long (ms) the claim holds without renewal. */
  readonly holdMs: number;
  /** How long (ms) a published message may take before sync publishes it again. */
  readonly graceMs: number;
}

/**
 * unknown: no such resource, or Mason has no work with it; stale: another cycle or phase; claimed: a live run has it;
 * early: it is backing off; slots: as many are under construction as its type allows.
 */
export type Refusal =
  'unknown' | 'stale' | 'claimed' | 'early' | 'quarantined' | 'unconfigured' | 'paused' | 'slots';

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly record: WorkRecord; readonly spec: TypeRecord }
  /** Its config changed before its construct began: it goes back to recycle. */
  | { readonly kind: 'restarted'; readonly wake: Wake }
  /** Its process died too often. */
  | { readonly kind: 'quarantined'; readonly record: WorkRecord }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** What a run ends with. */
export type Settlement =
  /** Leases go back dirty, user data is cleared; then phase fulfill, or the tombstone of a doomed resource. */
  | { readonly kind: 'recycled'; readonly graceMs: number }
  /** Leases all of its needs at once, if nobody else waits and they are there; back to recycle if its config changed. */
  | { readonly kind: 'fulfilled'; readonly graceMs: number }
  /** Takes (or keeps) its place in the queue. */
  | { readonly kind: 'waiting'; readonly dueInMs: number; readonly patienceMs: number }
  | { readonly kind: 'constructed'; readonly userData: UserData; readonly graceMs: number }
  /** Parks every lease and gives the resource free. */
  | { readonly kind: 'freed'; readonly graceMs: number }
  /** The janitor is done: free, or the tombstone of a doomed resource. */
  | { readonly kind: 'cleaned' }
  | { readonly kind: 'notYet'; readonly checkpoint: Json; readonly againInMs: number }
  /** `retryInMs: null` puts it into quarantine. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryInMs: number | null };

export type Settled =
  | {
      readonly kind: 'settled';
      readonly record: ResourceRecord;
      /** What is due now, in the order to publish. */
      readonly wakes: readonly Wake[];
      /** Types of which a resource became free: somebody may wait for it. */
      readonly yields: readonly string[];
    }
  /** Another run has claimed the record; nothing was written. */
  | { readonly kind: 'lost' }
  /** Only of `fulfilled`: supply is short, or others wait before it; nothing was written. */
  | { readonly kind: 'short' };

export interface Claims {
  claim(order: ClaimOrder): Promise<ClaimResult>;
  /** @returns false once another run has claimed the record. */
  renew(fence: Fence, holdMs: number): Promise<boolean>;
  settle(fence: Fence, settlement: Settlement): Promise<Settled>;
  /**
   * The oldest record of the type that was refused for want of a construct slot, if there is a slot now.
   * Each record is handed out once per refusal.
   */
  nextForSlot(type: string): Promise<Wake | null>;
  /** Puts off by `graceMs` and returns up to `limit` records whose time has come, the longest due first. */
  takeDue(limit: number, graceMs: number): Promise<readonly Wake[]>;
  /** All unclaimed records with work whose time may come: for a start where no message survived. */
  unclaimed(): Promise<readonly Wake[]>;
  /**
   * Out of quarantine, with its attempts at zero. A physical one that was set aside as a suspect becomes dirty: what wakes
   * it finds nothing to do until it is taken. Null: it is not in quarantine.
   * @param by whose order it is, for the history
   */
  retry(name: string, graceMs: number, by?: string): Promise<Wake | null>;
}

// ---- pools: how many members there are, and which of them need work

export interface TakeOrder {
  readonly type: string;
  readonly limit: number;
  /** A name that only this lease knows, made anew for each resource. */
  readonly newOwner: () => string;
  readonly graceMs: number;
}

/** underWay: it is due for recycle already, which the order wakes; held: by a user, or by Mason in a later phase. */
export type OrderRefusal = 'unknown' | 'stale' | 'held' | 'underWay' | 'unconfigured' | 'paused';
export type NamedTake =
  | { readonly kind: 'taken'; readonly wake: Wake }
  | { readonly kind: 'refused'; readonly reason: OrderRefusal };

export interface SizeChange {
  readonly made: readonly string[];
  /** Gone from the ledger: neither owned nor parked, and not wanted any more. */
  readonly dropped: readonly string[];
  /** On their way to the tombstone. */
  readonly doomed: readonly Wake[];
}

export interface Pools {
  /**
   * Makes what is missing to the pool's min, and what virtual resources wait for up to its max; dooms what is too much;
   * drops tombstones. Safe when two do it at once.
   */
  keepSize(
    type: string,
    names: { readonly newName: () => string; readonly newOwner: () => string; readonly graceMs: number },
  ): Promise<SizeChange>;
  /**
   * How many members are free, kept for somebody or in use, with nothing left to do, and when (ms since the epoch) that was
   * so. They are counted, not read.
   */
  ready(type: string): Promise<{ readonly at: number; readonly members: number }>;
  /** Unowned resources whose lifespan is over → toBeDeleted. @returns their names. */
  expire(type: string): Promise<readonly string[]>;
  /** Dirty and toBeDeleted members of a virtual type, and free ones never built → cleaning, cycle + 1, phase recycle. */
  takeDirty(order: TakeOrder): Promise<readonly Wake[]>;
  /**
   * Dirty and toBeDeleted members of a physical type → cleaning, cycle + 1, for the janitor; for recycle where something
   * was built, since the type was a virtual one. Those of another Mason's virtual type are left alone.
   */
  takeForJanitor(order: TakeOrder): Promise<readonly Wake[]>;
  /**
   * Free members built from another config than today's → cleaning, as many as leaves the pool at min − 1; one more only
   * where somebody has waited for longer than his patience for what it holds.
   */
  takeOutdated(order: TakeOrder): Promise<readonly Wake[]>;
  /** A person's order to recycle this one: dirty, toBeDeleted or unowned free, and so since before `orderedAt`. */
  takeNamed(
    name: string,
    orderedAt: number,
    order: { readonly newOwner: () => string; readonly graceMs: number },
  ): Promise<NamedTake>;
  /**
   * Since more than `leaseExpiryMs`: what vanished owners hold in one of the states, what nobody owns in one of those, and
   * virtual resources left in no known state → dirty. What the type's config says goes before both.
   *
   * @param states default: those that the original reaps
   */
  reap(type: string, leaseExpiryMs: number, states?: readonly string[]): Promise<readonly string[]>;
  /**
   * Up to `limit` of those that lie under the name of a virtual resource, from a random place on: who it is kept for is gone,
   * or does not lease it → dirty. @returns their names
   */
  takeInOrphans(limit: number): Promise<readonly string[]>;
}

// ---- queue: who waits, and the one matcher per component that decides

export interface MatcherClaim {
  readonly component: string;
  readonly token: number;
  /** The bump that this claim has seen. */
  readonly bump: number;
  /** What the matcher before this one left for it; what the numbers mean is the matcher's own (mason/drySpells). */
  readonly memory: Readonly<Record<string, number>>;
}

/** Somebody in line: a virtual resource, or a user's request for one free resource. */
export type Waiter =
  | {
      readonly kind: 'virtual';
      readonly name: string;
      readonly since: number;
      readonly token: number;
      readonly patienceMs: number;
      readonly needs: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'request';
      readonly name: string;
      readonly since: number;
      readonly needs: Readonly<Record<string, number>>;
    };

export interface FreeResource {
  readonly name: string;
  readonly lastUpdate: number;
}

export interface Grant {
  readonly name: string;
  readonly token: number;
  readonly resources: readonly string[];
}

export type Granted =
  | { readonly kind: 'granted'; readonly wake: Wake }
  /** A run has the waiter at this moment and looks for itself when it is done; or it doesn't wait (any more) for this. */
  | { readonly kind: 'busy' }
  /** One of the resources is no longer free: look again. */
  | { readonly kind: 'taken' };

export interface Queue {
  /** Null: another matcher holds it; it has been told to look again. */
  claimMatcher(component: string, holdMs: number): Promise<MatcherClaim | null>;
  /** What the last matcher left for the next; null: one is at work. */
  recall(component: string): Promise<Readonly<Record<string, number>> | null>;
  /** Up to `limit` waiters after `after` (exclusive), in the order in which they began to wait. */
  waiters(
    component: Component,
    page: {
      readonly after: { readonly since: number; readonly name: string } | null;
      readonly limit: number;
    },
  ): Promise<readonly Waiter[]>;
  /** For each physical type, up to `limit` free unowned resources, the longest unchanged first. */
  supply(
    component: Component,
    limit: number,
  ): Promise<{ readonly at: number; readonly free: Readonly<Record<string, readonly FreeResource[]>> }>;
  /**
   * Several grants in one commit, each whole or not at all: its resources are leased, its waiter is on its way to clean. It
   * ends with the first that is `taken`: whoever comes after
   * that must not get what it could have had instead.
   * @returns what became of each, in their order, up to that one
   */
  grantAll(grants: readonly Grant[], graceMs: number): Promise<readonly Granted[]>;
  /** @returns null: it is let go, or lost; else somebody asked for another look meanwhile, and the claim holds on. */
  releaseMatcher(claim: MatcherClaim, memory: Readonly<Record<string, number>>): Promise<MatcherClaim | null>;
}

// ---- users: Boskos's own operations (see the wire)

export interface AcquireRequest {
  readonly type: string;
  readonly state: string;
  readonly dest: string;
  readonly owner: string;
  /** Empty: no place in the queue. */
  readonly requestId: string;
  /** How long (ms) a place in the queue is kept without another poll. */
  readonly requestTtlMs: number;
  readonly newName: () => string;
  /**
   * How many resources are reserved for those who wait before it, when virtual resources are among them (mason/matcher
   * knows). Null: count only the requests before it, and say `contended` if a virtual resource waits before it too.
   */
  readonly ahead: number | null;
  /**
   * When (ms since the epoch) that number was found: what became free later is not given, since somebody before it may have
   * reserved it by now. The answer is then `contended` again. Default: whatever is there is given.
   */
  readonly seenAt?: number;
}

export type Acquired =
  | { readonly kind: 'acquired'; readonly resource: ResourceRecord; readonly waitedMs: number }
  | { readonly kind: 'unknownType' }
  | { readonly kind: 'none'; readonly position: number; readonly length: number }
  /** Virtual resources wait for the type, too: ask the matcher how many are ahead now, then call again. */
  | { readonly kind: 'contended'; readonly component: Component; readonly since: number };

export type Touched =
  | { readonly kind: 'done'; readonly resource: ResourceRecord; readonly yields: readonly string[] }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'ownerMismatch'; readonly owner: string }
  | { readonly kind: 'stateMismatch'; readonly state: string };

export interface Metric {
  readonly type: string;
  readonly current: Readonly<Record<string, number>>;
  readonly owner: Readonly<Record<string, number>>;
}

export interface Users {
  acquire(request: AcquireRequest): Promise<Acquired>;
  /** All of the names or none. Null: not all are there, unowned and in that state. */
  acquireByState(request: {
    readonly state: string;
    readonly dest: string;
    readonly owner: string;
    readonly names: readonly string[];
  }): Promise<readonly ResourceRecord[] | null>;
  release(request: {
    readonly name: string;
    readonly dest: string;
    readonly owner: string;
  }): Promise<Touched>;
  /** Merges user data: an empty value deletes its key. */
  update(request: {
    readonly name: string;
    readonly state: string;
    readonly owner: string;
    readonly userData: UserData;
  }): Promise<Touched>;
  /** @returns name → former owner. */
  reset(request: {
    readonly type: string;
    readonly state: string;
    readonly dest: string;
    readonly expireMs: number;
  }): Promise<Readonly<Record<string, string>>>;
  /** Forgets places in the queue, and answers, whose time to live was over more than `ageMs` ago. */
  forget(ageMs: number): Promise<void>;
  /** Null: there is no resource of that type. */
  metric(type: string): Promise<Metric | null>;
}

// ---- configs: what phases read of the config

export interface Configs {
  /**
   * Replaces every pointer at once; a type that is no longer there is marked removed until its last member is gone. Who
   * waits for supply by an old config is due at once. What a person has paused stays paused, whatever `pause` says here.
   */
  store(types: readonly TypeRecord[]): Promise<void>;
  /**
   * Pauses a type, or, with null, resumes it.
   * @returns false: it is so already, or the config has no such type
   */
  pause(type: string, order: Omit<Pause, 'at'> | null): Promise<boolean>;
  types(): Promise<readonly TypeRecord[]>;
  type(type: string): Promise<TypeRecord | null>;
  content(type: string, hash: string): Promise<ContentRecord | null>;
  /** Forgets contents that no record names, and removed types without members. */
  sweep(): Promise<void>;
}

// ---- loans: what another Boskos server has lent to this Mason

/** A note, written before a call that may bring a loan, so that nothing is lost when the reply or the process is. */
export interface Intent {
  /** The owner of the call: a name that only this loan knows. */
  readonly owner: string;
  readonly type: string;
  /** The state from which it is asked for. */
  readonly state: string;
  /** The state that it gets on the server. */
  readonly dest: string;
  /** The resource, if one is asked for by its name. */
  readonly name: string | null;
  readonly kind: Loan['kind'];
  /** What Mason is to do with it. Null: it is stock. */
  readonly task: Extract<Task, 'recycle' | 'janitor'> | null;
  /** Said in the history: why it was taken. */
  readonly reason: string;
  /** When (ms since the epoch) it was noted. */
  readonly at: number;
}
export type NewIntent = Omit<Intent, 'at'>;

/** What an intended call brought, as the server tells it. */
export interface Adoption {
  /** The intent's owner. */
  readonly owner: string;
  readonly resource: {
    readonly name: string;
    readonly type: string;
    readonly state: string;
    readonly userData: UserData;
    /** Milliseconds since the epoch; the server sees to it. */
    readonly expiration: number | null;
  };
}

/**
 * Over another server the ledger is a mirror in small: it holds what that server has lent to this Mason, and what Mason
 * knows of what it gave back. What the server is to be told of is due here until `end` says that it has been.
 */
export interface Loans {
  /** Notes calls that are about to be made, in one commit. */
  intend(intents: readonly NewIntent[]): Promise<void>;
  /**
   * Ends the intents and makes or changes the records of what they brought, in one commit. One whose intent is gone was
   * adopted or dropped by somebody else, and is passed over: two may recover the same at once. What is adopted as stock is
   * supply from then on, whatever it was on the server.
   *
   * @param keepMs after which a sign of life is due
   * @returns what is due for its task; nothing for stock
   */
  adopt(adoptions: readonly Adoption[], graceMs: number, keepMs: number): Promise<readonly Wake[]>;
  /** Ends intents that brought nothing. */
  drop(owners: readonly string[]): Promise<void>;
  /** Up to `limit` intents that are older than `ageMs`, the oldest first. */
  unsettled(ageMs: number, limit: number): Promise<readonly Intent[]>;
  /**
   * Up to `limit` records whose loan is due, the longest due first. Each is put off: by `keepMs` where the server is to have
   * a sign of life, by `tellMs` where it is to be told that the loan is over (see toTell).
   */
  due(order: {
    readonly limit: number;
    readonly keepMs: number;
    readonly tellMs: number;
  }): Promise<readonly ResourceRecord[]>;
  /**
   * The server has been told, or says that these are not ours. A loan that is no longer this one is passed over, and so is
   * one that Mason works on: that is for `disown`.
   */
  end(loans: readonly { readonly name: string; readonly owner: string }[]): Promise<void>;
  /**
   * Lets go what Mason works on, since the server says that it is not ours any more. What it leases goes back dirty.
   * @returns the names of that, of which the server is to be told now. Null: another run has the record, or the loan is over
   */
  disown(fence: Fence): Promise<readonly string[] | null>;
  /** Stock that nobody was granted is to go back. @returns whether it was still free, and is now on its way */
  surrender(name: string, owner: string): Promise<boolean>;
  /** Up to `limit` resources in stock that are free, the oldest loan first. */
  stock(type: string, limit: number): Promise<readonly ResourceRecord[]>;
  /** Up to `limit` members given back that were built by another config than today's, the longest unchanged first. */
  outdated(type: string, limit: number): Promise<readonly ResourceRecord[]>;
}

// ---- holds: what is set aside for people to look at

export interface HoldOrder {
  /** Milliseconds. */
  readonly forMs: number;
  /** In a person's words; may be empty. */
  readonly reason: string;
  /** Whose order it is, for the history. */
  readonly by?: string;
}

/** notFree: only a free resource or one in quarantine can be held. */
export type HoldRefusal = 'unknown' | 'notFree' | 'notHeld';

export type HoldResult =
  | { readonly kind: 'held'; readonly record: ResourceRecord }
  | { readonly kind: 'refused'; readonly reason: HoldRefusal };

export interface EndedHold {
  /** As it is now. */
  readonly record: ResourceRecord;
  /** What one in quarantine gave back. */
  readonly returned: readonly string[];
}
export type ReleaseResult =
  ({ readonly kind: 'released' } & EndedHold) | { readonly kind: 'refused'; readonly reason: HoldRefusal };

export interface Holds {
  /**
   * Sets a free resource or one in quarantine aside: nobody gets it, and Mason does nothing with it, until the time is over
   * or a person releases it. One that is held already is held for so long from now on.
   */
  begin(name: string, order: HoldOrder): Promise<HoldResult>;
  /**
   * Ends a hold. One in quarantine stays there and gives its leases back; of a virtual one that is no longer whole, free
   * becomes dirty.
   * @param by whose order it is, for the history
   */
  release(name: string, to: 'free' | 'dirty', by?: string): Promise<ReleaseResult>;
  /** Ends up to `limit` holds whose time is over, and returns what was kept in quarantine for long enough. */
  endDue(limit: number): Promise<readonly EndedHold[]>;
}

// ---- restores: after the ledger was brought back from a backup

export interface Disclaimed {
  /** Of what was not disclaimed yet. */
  readonly names: readonly string[];
  /** The last name that was looked at; null: there are no more. */
  readonly after: string | null;
}

/**
 * What a backup says of who holds what is no longer so. Nothing else may work on the ledger between the restore and the end
 * of this (see RESTORE.md).
 */
export interface Restores {
  /**
   * Forgets, too, which calls for loans were under way: what is held under their owners by now has been used since, and is not
   * to go back as it was.
   * @returns the floor: from now on every name that is new to the ledger is counted from there on
   */
  begin(): Promise<number>;
  /**
   * Up to `limit` records by name, after `after` (exclusive; null: the first). Each becomes dirty, in nobody's hands, and is
   * counted from the floor on; one that is already is passed over.
   */
  disclaim(page: {
    readonly floor: number;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<Disclaimed>;
}

// ---- views: for people

export interface PoolView {
  readonly type: string;
  /** State → members; those parked under a virtual resource's name count as `parked`. */
  readonly states: Readonly<Record<string, number>>;
  /** Phase → members due for it. */
  readonly phases: Readonly<Record<string, number>>;
  readonly owned: number;
  readonly waiting: number;
  readonly quarantined: number;
}

/** Somebody in line, of whatever type. */
export type Waiting =
  | { readonly kind: 'virtual'; readonly name: string; readonly type: string; readonly since: number }
  | {
      readonly kind: 'request';
      /** The request's id. */
      readonly name: string;
      readonly type: string;
      /** In which state he wants one. */
      readonly state: string;
      readonly since: number;
    };

export interface RecordFilter {
  readonly type?: string;
  readonly state?: string;
  readonly owner?: string;
  readonly phase?: string;
  /** What names begin with. */
  readonly prefix?: string;
  /** Exclusive. */
  readonly after?: string;
  readonly limit: number;
}

export interface Views {
  record(name: string): Promise<ResourceRecord | null>;
  /** Up to `limit` records by name. */
  records(filter: RecordFilter): Promise<readonly ResourceRecord[]>;
  /** Every type that has members, and every state that one of them is in: reads them all. */
  pools(): Promise<readonly PoolView[]>;
  /**
   * How many members there are of these types, in their order. They are counted one after the other, not read, so that it costs
   * the same however many there are; while they move, one may be counted twice.
   */
  counts(types: readonly string[]): Promise<readonly PoolCount[]>;
  /** Up to `limit` of those in line, who has waited longest first. */
  waiting(limit: number): Promise<readonly Waiting[]>;
}

// ---- samples: how full the pools were

export interface Samples {
  /**
   * Keeps what `count` tells for this minute, unless somebody has done so, and forgets what is too old (SAMPLES_KEPT_MS).
   * @param count called only if it is needed
   */
  write(count: () => Promise<readonly PoolCount[]>): Promise<void>;
  /** Those since then (ms since the epoch), the oldest first. */
  read(since: number): Promise<readonly Sample[]>;
}
