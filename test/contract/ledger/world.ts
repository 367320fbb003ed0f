import type {
  ClaimOrder,
  ClaimResult,
  EndAtOnce,
  Fence,
  Grant,
  Granted,
  Ledger,
  Settled,
  Settlement,
  WrittenEnd,
} from '../../../shared/ledger/port.ts';
import {
  PHASES,
  type Phase,
  type ResourceRecord,
  type Task,
  type WorkRecord,
} from '../../../shared/ledger/records.ts';
import type { Component, TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { componentsOf } from '../../../shared/mason/needs.ts';

/** The ledger's time in a test. Nothing waits: time goes on when a test says so. */
export interface LedgerClock {
  /** Milliseconds since the epoch: for an adapter that takes its time from here. */
  now(): number;
  /** How many milliseconds the test has let pass so far: for an adapter that adds them to a server's time. */
  ahead(): number;
}

/** A fresh, empty ledger. */
export type OpenLedger = (clock: LedgerClock) => Promise<Ledger>;

export const HOLD_MS = 30_000;
export const GRACE_MS = 60_000;
/** More than any duration that a test doesn't name. */
export const LONG_MS = 3_600_000;

/** One ledger and what a test does with it. Durations are long, since a server's clock goes on by itself. */
export interface World {
  readonly ledger: Ledger;
  /** Lets so many milliseconds pass, and a second more: nothing may depend on less. */
  advance(ms: number): void;
  /** The ledger's time. */
  now(): Promise<number>;
  /** Puts these types in force, in place of all before, and makes their pools. */
  configure(...types: readonly TypeRecord[]): Promise<void>;
  record(name: string): Promise<ResourceRecord>;
  /** A record with Mason's part. */
  work(name: string): Promise<WorkRecord>;
  records(type?: string): Promise<readonly ResourceRecord[]>;
  names(type: string, state?: string): Promise<readonly string[]>;
  claim(name: string, order?: Partial<ClaimOrder>): Promise<ClaimResult>;
  /** A claim that must succeed. */
  begin(name: string, order?: Partial<ClaimOrder>): Promise<Fence>;
  settle(fence: Fence, settlement: Settlement): Promise<Settled>;
  /** A settlement that must succeed. */
  end(fence: Fence, settlement: Settlement): Promise<WrittenEnd>;
  /** Takes a dirty virtual resource through its phases until it is due for this one, or free. */
  bring(name: string, to: Phase | 'done'): Promise<void>;
  /** Takes every dirty virtual resource of the type to free. */
  build(type: string): Promise<void>;
  /** A dirty physical resource → free. */
  clean(name: string): Promise<void>;
  /** One grant alone. */
  grant(grant: Grant): Promise<Granted>;
  /** Claims the waiter's run and lets it wait for supply. */
  wait(name: string, patienceMs?: number): Promise<void>;
  component(type: string): Promise<Component>;
  order(): {
    readonly newName: () => string;
    readonly newOwner: () => string;
    readonly graceMs: number;
  };
}

/** A settlement that ends a run of the phase well. */
export const GOOD_END = {
  recycle: { kind: 'recycled', graceMs: GRACE_MS },
  fulfill: { kind: 'fulfilled', graceMs: GRACE_MS },
  clean: { kind: 'constructed', userData: { url: 'http://built' }, graceMs: GRACE_MS },
  free: { kind: 'freed', graceMs: GRACE_MS },
  janitor: { kind: 'cleaned' },
} as const satisfies Record<Task, Settlement>;

/** The same of the two that the engine ends in the commit of their claim. */
export const GOOD_END_AT_ONCE = {
  fulfill: { kind: 'fulfilled', waitMs: 600_000 },
  free: { kind: 'freed' },
} as const satisfies Partial<Record<Task, EndAtOnce>>;

export const isEndedAtOnce = (task: Task): task is keyof typeof GOOD_END_AT_ONCE => task in GOOD_END_AT_ONCE;

/** @param newUuid the next of those that new members and leases are named by; without it, they are in their order */
export async function openWorld(
  open: OpenLedger,
  newUuid = countUuids(),
): Promise<{ world: World; close: () => Promise<void> }> {
  let aheadMs = 0;
  const ledger = await open({ now: () => START + aheadMs, ahead: () => aheadMs });
  const advance = (ms: number): void => {
    aheadMs += ms + 1_000;
  };
  return { world: createWorld(ledger, advance, newUuid), close: () => ledger.close() };
}

const START = Date.UTC(2026, 0, 1);

function countUuids(): () => string {
  let made = 0;
  return () => uuid((made += 1));
}

function createWorld(ledger: Ledger, advance: (ms: number) => void, newUuid: () => string): World {
  const order = {
    newName: newUuid,
    newOwner: () => `mason-test:${newUuid()}`,
    graceMs: GRACE_MS,
  };
  const record = async (name: string): Promise<ResourceRecord> => {
    const found = await ledger.views.record(name);
    if (found === null) throw new Error(`there is no ${name}`);
    return found;
  };
  const work = async (name: string): Promise<WorkRecord> => {
    const found = await record(name);
    if (found.work === null) throw new Error(`Mason never worked on ${name}`);
    return { ...found, work: found.work };
  };
  const claim = async (name: string, change: Partial<ClaimOrder> = {}): Promise<ClaimResult> => {
    const { phase, cycle } = (await work(name)).work;
    const usual = { name, task: phase ?? 'recycle', cycle, holdMs: HOLD_MS, graceMs: GRACE_MS };
    return ledger.claims.claim({ ...usual, ...change });
  };
  const begin = async (name: string, change: Partial<ClaimOrder> = {}): Promise<Fence> => {
    const claimed = await claim(name, change);
    if (claimed.kind !== 'claimed') throw new Error(`${name} was not claimed: ${JSON.stringify(claimed)}`);
    return { name, token: claimed.record.work.token };
  };
  const settle = (fence: Fence, settlement: Settlement): Promise<Settled> =>
    ledger.claims.settle(fence, settlement);
  const end: World['end'] = async (fence, settlement) => {
    const settled = await settle(fence, settlement);
    if (settled.kind !== 'settled') throw new Error(`${fence.name}: ${settlement.kind} was ${settled.kind}`);
    return settled;
  };
  const bring: World['bring'] = async (name, to) => {
    for (const _ of [...PHASES, 'done']) {
      const { type, state, work: before } = await record(name);
      if (to === 'done' ? state === 'free' && before?.builtBy != null : before?.phase === to) return;
      if (before?.phase == null) {
        await ledger.pools.takeDirty({ type, limit: 1_000, ...order });
      } else if (before.phase !== 'janitor') {
        await end(await begin(name), GOOD_END[before.phase]);
      }
    }
    const { state, work: after } = await work(name);
    if (to === 'done' ? state !== 'free' : after.phase !== to)
      throw new Error(`${name} is ${state} in ${after.phase ?? 'no phase'}, not ${to}`);
  };
  const names: World['names'] = async (type, state) =>
    (await readAll(ledger, { type, ...(state !== undefined && { state }) })).map(({ name }) => name);
  return {
    ledger,
    advance,
    now: async () => (await ledger.queue.supply(NO_COMPONENT, 0)).at,
    async configure(...types) {
      await ledger.configs.store(withComponents(types));
      for (const { type } of types) await ledger.pools.keepSize(type, order);
    },
    record,
    work,
    records: (type) => readAll(ledger, type === undefined ? {} : { type }),
    names,
    claim,
    begin,
    settle,
    end,
    bring,
    async build(type) {
      for (const name of await names(type, 'dirty')) await bring(name, 'done');
    },
    async clean(name) {
      const { type } = await record(name);
      await ledger.pools.takeForJanitor({ type, limit: 1_000, ...order });
      await end(await begin(name), GOOD_END.janitor);
    },
    async grant(grant) {
      const [granted] = await ledger.queue.grantAll([grant], GRACE_MS);
      if (granted === undefined) throw new Error(`nothing was said of ${grant.name}`);
      return granted;
    },
    async wait(name, patienceMs = 60_000) {
      await bring(name, 'fulfill');
      await end(await begin(name), { kind: 'waiting', dueInMs: 10 * LONG_MS, patienceMs });
    },
    async component(type) {
      const spec = await ledger.configs.type(type);
      if (spec?.component == null) throw new Error(`${type} has no component`);
      return spec.component;
    },
    order: () => order,
  };
}

const NO_COMPONENT: Component = { id: '', virtualTypes: [], physicalTypes: [] };

async function readAll(
  ledger: Ledger,
  filter: { type?: string; state?: string },
): Promise<readonly ResourceRecord[]> {
  const all: ResourceRecord[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await ledger.views.records({
      ...filter,
      ...(last !== undefined && { after: last.name }),
      limit: 500,
    });
    all.push(...page);
    if (page.length < 500) return all;
  }
}

/** UUIDs in their order. */
export const uuid = (n: number): string =>
  `${String(n).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;

// ---- configs

export function withComponents(types: readonly TypeRecord[]): TypeRecord[] {
  const components = componentsOf(
    types.map(({ type, needs, managed, settings }) => ({
      type,
      needs: managed ? needs : {},
      paused: settings.paused,
    })),
  );
  return types.map((spec) => ({ ...spec, component: components.get(spec.type) ?? null }));
}

export type Change = Partial<Omit<TypeRecord, 'settings'>> & {
  readonly settings?: Partial<TypeRecord['settings']>;
};

/** @param size names, or the min and max of a dynamic pool (one number: both) */
export function physical(
  type: string,
  size: number | readonly string[] | readonly [min: number, max: number],
  change: Change = {},
): TypeRecord {
  return {
    schema: 1,
    type,
    hash: `${type}-1`,
    needs: {},
    config: null,
    state: 'free',
    size: sizeOf(size),
    lifespanMs: null,
    managed: false,
    removed: false,
    pause: null,
    component: null,
    ...change,
    settings: { ...SETTINGS, ...change.settings },
  };
}

/** A type whose members this Mason builds. */
export function virtual(type: string, size: Parameters<typeof physical>[1], change: Change = {}): TypeRecord {
  return physical(type, size, {
    state: 'dirty',
    managed: true,
    config: { type: 'Noop', content: '{}' },
    ...change,
  });
}

const SETTINGS: TypeRecord['settings'] = {
  maxAttempts: 5,
  constructTimeoutMs: LONG_MS,
  maxConstructing: 1_000,
  retryBaseMs: 1_000,
  retryMaxMs: 60_000,
  patienceMs: 60_000,
  paused: false,
  janitor: { type: 'None' },
  leaseExpiryMs: null,
  reapStates: null,
  quarantineHoldMs: 24 * LONG_MS,
  suspectAfter: 3,
};

function sizeOf(size: Parameters<typeof physical>[1]): TypeRecord['size'] {
  if (typeof size === 'number') return { kind: 'dynamic', min: size, max: size };
  const [min, max] = size;
  if (typeof min === 'number' && typeof max === 'number') return { kind: 'dynamic', min, max };
  return { kind: 'static', names: size.map(String) };
}

/** `project-1`, `project-2`, … */
export const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);
