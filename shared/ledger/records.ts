import * as z from 'zod';

/** The phases in their order. Folders, entry points, topics and log fields are named from this list. */
export const PHASES = ['recycle', 'fulfill', 'clean', 'free'] as const;
export type Phase = (typeof PHASES)[number];

/** All work that a record can be due for: a virtual resource's phases, and the cleaning of a physical one. */
export const TASKS = [...PHASES, 'janitor'] as const;
export type Task = (typeof TASKS)[number];

/** Boskos's states that this project gives a meaning to. Any other word is a state of the user's own. */
export const STATE = {
  busy: 'busy',
  cleaning: 'cleaning',
  dirty: 'dirty',
  free: 'free',
  /** Set aside by a person for a while. */
  held: 'held',
  leased: 'leased',
  quarantined: 'quarantined',
  /** Given back free to the Boskos that lent it; what became of it there this ledger doesn't know. */
  returned: 'returned',
  toBeDeleted: 'toBeDeleted',
  tombstone: 'tombstone',
} as const;

/** The user data key under which the original's clients look for what a virtual resource holds. */
export const LEASED_RESOURCES = 'leasedResources';

export type Json = z.infer<typeof jsonSchema>;
const jsonSchema = z.json();

const userDataSchema = z.record(z.string(), z.string());
export type UserData = Readonly<z.infer<typeof userDataSchema>>;

const leaseSchema = z.object({ type: z.string(), name: z.string(), userData: userDataSchema });
/** A physical resource that a virtual one holds, with the user data that it had when it was leased. */
export type Lease = Readonly<z.infer<typeof leaseSchema>>;

const queueSchema = z.object({
  /** When it began to wait (ms since the epoch). Kept over retries until it is granted. */
  since: z.number(),
  /** How long (ms) it may keep others from what it reserves while a type that it lacks is dry. */
  patienceMs: z.number(),
});

const historyEntrySchema = z.object({ at: z.number(), what: z.string() });

const workSchema = z.object({
  /** Rounds from dirty to free that were begun. */
  cycle: z.number(),
  /** Fencing token: each claim adds one, and every write of a run names it. */
  token: z.number(),
  /** The next work to do; null when there is none (it is free, or in a user's hands). */
  phase: z.enum(TASKS).nullable(),
  /** Until when (ms since the epoch) a run holds the record; null: nobody does. */
  claimedUntil: z.number().nullable(),
  /** When (ms since the epoch) sync publishes it again if nothing has happened by then; null: never. */
  dueAt: z.number().nullable(),
  /** Before this (ms since the epoch) only a person's wake-up runs it: backoff, or "not yet". */
  notBefore: z.number(),
  /** Its recycle ends in a tombstone: it was toBeDeleted, or its type left the config. */
  doomed: z.boolean(),
  /** The owner under which Mason holds the resource and its leases: a name that only this lease knows. */
  owner: z.string().nullable(),
  leases: z.array(leaseSchema).readonly(),
  /** Hash of the config that this cycle follows. */
  configHash: z.string().nullable(),
  /** Hash of the config by which something may have been built; destroy uses that one. */
  builtBy: z.string().nullable(),
  /**
   * When (ms since the epoch) the present attempt at constructing began, or so much later as its Boskos could not be asked
   * meanwhile; null: it has not begun.
   */
  constructingSince: z.number().nullable(),
  /** Since when (ms since the epoch) its Boskos could not be asked while it constructs; null: it could, or it doesn't. */
  awaySince: z.number().nullable().default(null),
  /** Whether it waits for one of its type's construct slots (`max-constructing`). */
  awaitsSlot: z.boolean(),
  checkpoint: jsonSchema,
  /** Failed runs since the last advance. */
  attempts: z.number(),
  /** Claims that expired in recycle or clean since the last advance: their process died or hung. */
  crashes: z.number(),
  lastError: z.object({ at: z.number(), phase: z.enum(TASKS), message: z.string() }).nullable(),
  quarantine: z
    .object({
      at: z.number(),
      reason: z.string(),
      /** Until when (ms since the epoch) its leases are kept for a person to look; null: it has none (any more). */
      keepUntil: z.number().nullable().default(null),
      /** Nothing of its own failed: it was part of what failed (see `failures`). */
      suspect: z.boolean().default(false),
    })
    .nullable(),
  /** The cycle in which a construct failed on the present leases, since when none has succeeded; null: none. */
  failedCycle: z.number().nullable().default(null),
  /** Of a physical resource: the failures in a row that it was part of, each of another cycle. */
  failures: z.array(z.string()).readonly().default([]),
  queue: queueSchema.nullable(),
  history: z.array(historyEntrySchema).readonly(),
});
/** Mason's part of a record: what it does with the resource. */
export type Work = Readonly<z.infer<typeof workSchema>>;

const loanSchema = z.object({
  /** The owner on the other server: a name that only this loan knows. */
  owner: z.string(),
  /** The state that the resource has on the server. */
  state: z.string(),
  /** work: Mason works on it (a virtual resource, or one for the janitor); stock: it is leased for somebody's needs. */
  kind: z.enum(['work', 'stock']),
  /** When (ms since the epoch) the loan was adopted. */
  since: z.number(),
  /** When (ms since the epoch) the server is to hear of it: a sign of life, or the state that it is given back in. */
  dueAt: z.number(),
});
/** A resource that this Mason holds on another Boskos server. */
export type Loan = Readonly<z.infer<typeof loanSchema>>;

/** A person has set the resource aside: until then (ms since the epoch) Mason leaves it alone, and users can't get it. */
const holdSchema = z.object({ at: z.number(), until: z.number(), reason: z.string() });
export const recordSchema = z.object({
  /** A release reads its own schema version and the one before, and refuses a newer one. */
  schema: z.literal(1),
  name: z.string(),
  type: z.string(),
  state: z.string(),
  /** Empty: nobody holds it. */
  owner: z.string(),
  userData: userDataSchema,
  /** The virtual resource that Mason leased or parked this one for; null in anybody else's hands. */
  heldBy: z.string().nullable(),
  /** Milliseconds since the epoch. */
  lastUpdate: z.number(),
  /** When (ms since the epoch) its lifespan ends; null: it has none. */
  expiration: z.number().nullable(),
  /** Random cursor in [0, 1), drawn anew at each release: where a claimer starts to look after a conflict. */
  rand: z.number(),
  work: workSchema.nullable(),
  /** Null: it is the ledger's own, or the server that lends it has it. */
  loan: loanSchema.nullable().default(null),
  hold: holdSchema.nullable().default(null),
});
/** One resource: Boskos's part and, where Mason works on it, Mason's part. */
export type ResourceRecord = Readonly<z.infer<typeof recordSchema>>;
/** A record that Mason works on. */
export type WorkRecord = ResourceRecord & { readonly work: Work };
