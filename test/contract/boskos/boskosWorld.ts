import type { Boskos } from '../../../shared/boskos/port.ts';
import type { Ledger, Settled, Wake } from '../../../shared/ledger/port.ts';
import { LEASED_RESOURCES, type Task, type WorkRecord } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { throwAny } from '../../../shared/mason/forEachAlone.ts';
import { createMatcher, type Matcher } from '../../../shared/mason/matcher.ts';
import { GRACE_MS, HOLD_MS, LONG_MS } from '../ledger/world.ts';

export const LEASE_EXPIRY_MS = LONG_MS;

/** One adapter of the Boskos port with what stands behind it. */
export interface BoskosStage {
  readonly boskos: Boskos;
  /** Mason's own. */
  readonly ledger: Ledger;
  /** What Boskos's users see and do. */
  readonly users: People;
  readonly seen: Sight;
  /** Puts these types in force on both sides and makes the pools. */
  configure(...types: readonly TypeRecord[]): Promise<void>;
  /** Lets so many milliseconds pass for all. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** What Boskos's users do, in so far as the tests ask for it (see BoskosUsers). */
export interface People {
  acquire(asked: {
    readonly type: string;
    readonly state: string;
    readonly dest: string;
    readonly owner: string;
    readonly requestId: string;
  }): Promise<{ readonly kind: string; readonly resource?: { readonly name: string } }>;
  acquireByState(asked: {
    readonly state: string;
    readonly dest: string;
    readonly owner: string;
    readonly names: readonly string[];
  }): Promise<unknown>;
  release(asked: { readonly name: string; readonly dest: string; readonly owner: string }): Promise<unknown>;
  update(asked: {
    readonly name: string;
    readonly state: string;
    readonly owner: string;
    readonly userData: Readonly<Record<string, string>>;
  }): Promise<unknown>;
  reset(asked: {
    readonly type: string;
    readonly state: string;
    readonly dest: string;
    readonly expireMs: number;
  }): Promise<unknown>;
}

/** What the server knows, seen from beside it. */
export interface Sight {
  record(name: string): Promise<Seen | null>;
  records(filter: {
    readonly type: string;
    readonly state: string;
    readonly limit: number;
  }): Promise<readonly { readonly name: string }[]>;
}

export type OpenBoskos = () => Promise<BoskosStage>;

/** What a user sees of a resource. */
export interface Seen {
  readonly state: string;
  /** `mason` stands for any owner that only a loan knows. */
  readonly owner: string;
  readonly userData: Readonly<Record<string, string>>;
}

export interface BoskosWorld extends Omit<BoskosStage, 'seen' | 'close'> {
  readonly matcher: Matcher;
  see(name: string): Promise<Seen>;
  /** Names of the type that are in this state. */
  names(type: string, state: string): Promise<readonly string[]>;
  claim(name: string): Promise<WorkRecord>;
  /** Claims a resource's run of its phase and ends it well. @returns what came of it */
  run(name: string): Promise<Settled>;
  /** Takes what is dirty of the type, and each through its phases for as long as there is something to do. */
  work(type: string): Promise<void>;
  /** The user gets it, or null. */
  acquire(type: string, owner?: string): Promise<string | null>;
  /** All that sync does about pools and loans. */
  tick(): Promise<readonly Wake[]>;
}

export function createBoskosWorld(stage: BoskosStage): BoskosWorld {
  const { boskos, ledger, users, seen } = stage;
  const matcher = createMatcher({ ledger, boskos, log: () => undefined });
  const phaseOf = async (name: string): Promise<Task | null> =>
    (await ledger.views.record(name))?.work?.phase ?? null;
  const claim = async (name: string): Promise<WorkRecord> => {
    const task = (await phaseOf(name)) ?? 'recycle';
    const claimed = await ledger.claims.claim({
      name,
      task,
      cycle: null,
      holdMs: HOLD_MS,
      graceMs: GRACE_MS,
    });
    if (claimed.kind !== 'claimed') throw new Error(`${name}: ${JSON.stringify(claimed)}`);
    return claimed.record;
  };
  const run = async (name: string): Promise<Settled> => {
    const record = await claim(name);
    const fence = { name, token: record.work.token };
    const confirmed = await boskos.confirm(record);
    if (confirmed.kind === 'restarted') return confirmed.settled;
    if (confirmed.kind !== 'ours') return { kind: 'lost' };
    const settled = await endOf(stage, record)(fence);
    if (settled.kind === 'settled' && settled.yields.length > 0) await matcher.look(settled.yields);
    if (settled.kind !== 'short') return settled;
    const waiting = await ledger.claims.settle(fence, {
      kind: 'waiting',
      dueInMs: LONG_MS,
      patienceMs: LONG_MS,
    });
    const component = (await ledger.configs.type(record.type))?.component;
    if (component != null) await matcher.match(component);
    return waiting;
  };
  const names: BoskosWorld['names'] = async (type, state) =>
    (await seen.records({ type, state, limit: 1_000 })).map(({ name }) => name);
  return {
    ...stage,
    matcher,
    async see(name) {
      const record = await seen.record(name);
      if (record === null) throw new Error(`there is no ${name}`);
      const { state, owner, userData } = record;
      return { state, owner: owner.startsWith('mason-') ? 'mason' : owner, userData };
    },
    names,
    claim,
    run,
    async work(type) {
      const taken = new Set((await boskos.takeDirty(type, 100)).map(({ name }) => name));
      for (const { name } of await ledger.views.records({ type, limit: 1_000 })) taken.add(name);
      for (const name of taken) {
        for (let phases = 0; phases < 8 && (await phaseOf(name)) !== null; phases += 1) {
          const isWaiting = (await ledger.views.record(name))?.work?.queue != null;
          if (isWaiting) break;
          await run(name);
        }
      }
    },
    async acquire(type, owner = 'alice') {
      const asked = { type, state: 'free', dest: 'busy', owner, requestId: '' };
      const acquired = await users.acquire(asked);
      return acquired.resource?.name ?? null;
    },
    async tick() {
      const kept = await boskos.keepUp();
      throwAny(kept.faults);
      const wakes = [...kept.wakes];
      const types = await ledger.configs.types();
      for (const { type } of types) await boskos.tend(type);
      wakes.push(...(await matcher.look(types.map(({ type }) => type))));
      return wakes;
    },
  };
}

/** How a run of the record's phase ends well. */
function endOf({ boskos }: BoskosStage, { work }: WorkRecord): Boskos['returnLeases'] {
  const ends: Readonly<Record<Task, Boskos['returnLeases']>> = {
    recycle: (fence) => boskos.returnLeases(fence),
    fulfill: (fence) => boskos.leaseAll(fence),
    clean: (fence) => boskos.keepConstructed(fence, { url: 'http://built' }),
    free: (fence) => boskos.parkAndFree(fence),
    janitor: (fence) => boskos.releaseCleaned(fence),
  };
  return ends[work.phase ?? 'recycle'];
}

/** The names that the user data tells, in their order. */
export const leasedNames = ({ userData }: Seen): string[] =>
  (userData[LEASED_RESOURCES] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^- /, ''))
    .sort();
