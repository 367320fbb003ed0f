import * as z from 'zod';

import { TASKS } from '../ledger/records.ts';
import { STEPS } from '../plan/plan.ts';

/**
 * What the server under /mason/v1 takes and answers: one source for the server, which is typed by it, and for the
 * `mason` command, which checks every answer against it. Times are ISO 8601 in UTC.
 */
export const API = '/mason/v1';

const count = z.int().min(0);
const time = z.iso.datetime();

const poolSchema = z.object({
  type: z.string(),
  /** Virtual: built by a Masonable, or made of others. */
  kind: z.enum(['virtual', 'physical']),
  min: count,
  max: count,
  members: count,
  free: count,
  /** In users' hands. */
  inUse: count,
  /** Held for a free virtual resource. */
  parked: count,
  /** Held for a virtual resource that is being built. */
  leased: count,
  /** Dirty or toBeDeleted, and not yet taken. */
  dirty: count,
  /** In line for supply. */
  waiting: count,
  quarantined: count,
  /** Set aside by people, without those in quarantine. */
  held: count,
  /** Phase → members due for it, without those that wait for supply. */
  phases: z.record(z.string(), count),
  /** Owned by nobody, in states that mean nothing to Mason. */
  unknown: count,
  /** As many as there have to be, and each of them free, parked, leased or in use. */
  atSize: z.boolean(),
  paused: z.boolean(),
  /** By whom, since when and why, if it was a person; null: its config says so, or it isn't paused. */
  pausedBy: z.string().nullable(),
  /** The type left the config: what it still has is on its way out. */
  removed: z.boolean(),
  /** Whether this Mason takes its dirty members: it builds them, or its janitor cleans them. */
  tended: z.boolean(),
});
export type Pool = Readonly<z.infer<typeof poolSchema>>;

const verdictSchema = z.object({
  /** Idle: every pool at its size and nothing in flight. Stuck: something is in quarantine, and nothing moves. */
  kind: z.enum(['idle', 'working', 'stuck']),
  /** Why not idle. */
  reasons: z.array(z.string()).readonly(),
});
export type Verdict = Readonly<z.infer<typeof verdictSchema>>;

const configStateSchema = z.object({
  file: z.string(),
  /** Why the file as it is now is refused, if it is: the last good one is in force then. */
  faults: z.array(z.string()).readonly(),
});
export type ConfigState = Readonly<z.infer<typeof configStateSchema>>;

export const poolsAnswer = z.object({
  pools: z.array(poolSchema).readonly(),
  verdict: verdictSchema,
  config: configStateSchema,
});
/** What people see at a glance. */
export type Overview = Readonly<z.infer<typeof poolsAnswer>>;

export const healthAnswer = z.object({ status: z.literal('ok'), pid: z.int() });

const userDataSchema = z.record(z.string(), z.string());

const workSchema = z.object({
  phase: z.enum(TASKS).nullable(),
  cycle: count,
  leases: z.array(z.object({ type: z.string(), name: z.string() })).readonly(),
  /** Until when the present run holds it. */
  claimedUntil: time.nullable(),
  dueAt: time.nullable(),
  /** When it began to wait for supply. */
  waitingSince: time.nullable(),
  constructingSince: time.nullable(),
  awaitsSlot: z.boolean(),
  doomed: z.boolean(),
  attempts: count,
  crashes: count,
  lastError: z.object({ at: time, phase: z.enum(TASKS), message: z.string() }).nullable(),
  quarantine: z
    .object({
      at: time,
      reason: z.string(),
      /** Until when its leases are kept; null: it has none. */
      keepUntil: time.nullable(),
      /** It was part of what failed: tried again, it becomes dirty. */
      suspect: z.boolean(),
    })
    .nullable(),
  /** Those in a row that it was part of. */
  failures: z.array(z.string()).readonly(),
  history: z.array(z.object({ at: time, what: z.string() })).readonly(),
});

export const resourceAnswer = z.object({
  name: z.string(),
  type: z.string(),
  state: z.string(),
  owner: z.string(),
  heldBy: z.string().nullable(),
  lastUpdate: time,
  expiration: time.nullable(),
  userDataKeys: z.array(z.string()).readonly(),
  /** Only where it was asked for: it may hold credentials. */
  userData: userDataSchema.nullable(),
  /** A person has set it aside. */
  hold: z.object({ at: time, until: time, reason: z.string() }).nullable(),
  /** Mason's part; null: it never worked on it. */
  work: workSchema.nullable(),
});
/** The whole story of one resource. */
export type Story = Readonly<z.infer<typeof resourceAnswer>>;

export const resourcesAnswer = z.object({
  resources: z
    .array(
      z.object({ name: z.string(), type: z.string(), state: z.string(), phase: z.enum(TASKS).nullable() }),
    )
    .readonly(),
  /** There are more: ask for those after this name. */
  after: z.string().nullable(),
});
export type Members = Readonly<z.infer<typeof resourcesAnswer>>;

export const publishRequest = z.strictObject({ phase: z.enum(TASKS), name: z.string().min(1) });
/** `heard`: what the function said to it in the first moment, if anything. */
export const publishAnswer = z.object({
  phase: z.enum(TASKS),
  name: z.string(),
  heard: z.string().nullable(),
});

export const retryRequest = z.strictObject({ name: z.string().min(1) });
/** `phase`: with which it goes on; null: it waits, dirty, for whoever cleans it. */
export const retryAnswer = z.object({ name: z.string(), state: z.string(), phase: z.enum(TASKS).nullable() });

/** Milliseconds: a year. */
const LONGEST_HOLD_MS = 31_536_000_000;

export const holdRequest = z.strictObject({
  name: z.string().min(1),
  forMs: z.number().min(1_000).max(LONGEST_HOLD_MS),
  reason: z.string().max(1_000),
});
export const holdAnswer = z.object({ name: z.string(), state: z.string(), until: time });

export const releaseRequest = z.strictObject({ name: z.string().min(1), to: z.enum(['free', 'dirty']) });
/** `returned`: leases that one in quarantine gave back. */
export const releaseAnswer = z.object({
  name: z.string(),
  state: z.string(),
  returned: z.array(z.string()).readonly(),
});

export const deadLettersAnswer = z.object({
  deadLetters: z
    .array(z.object({ topic: z.string(), data: z.string(), deliveries: count, error: z.string() }))
    .readonly(),
});

export const planRequest = z.strictObject({
  /** Named in every fault. */
  file: z.string().min(1),
  /** The whole config. */
  text: z.string(),
});

const faultSchema = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: count,
  column: count,
  path: z.string(),
  problem: z.string(),
  cure: z.string(),
});

const memberStepSchema = z.object({
  name: z.string(),
  step: z.enum(STEPS),
  waitsFor: z.string().nullable(),
});

const poolPlanSchema = z.object({
  type: z.string(),
  changes: z.array(z.string()).readonly(),
  members: count,
  min: count,
  max: count,
  unnamed: count,
  surplus: count,
  steps: z.array(memberStepSchema).readonly(),
  builds: count,
  destroys: count,
});

export const planAnswer = z.object({
  faults: z.array(faultSchema).readonly(),
  /** See ConfigPlan. Null: the config is refused, and nothing would change. */
  plan: z.object({ keepsSizes: z.boolean(), pools: z.array(poolPlanSchema).readonly() }).nullable(),
});
/** What applying a config would do. */
export type PlanAnswer = Readonly<z.infer<typeof planAnswer>>;

export const pauseRequest = z.strictObject({ type: z.string().min(1), reason: z.string().max(1_000) });
export const resumeRequest = z.strictObject({ type: z.string().min(1) });
export const pauseAnswer = z.object({ type: z.string(), paused: z.boolean() });

export const errorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
