import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import { ranchUsers } from '../../../shared/boskos/ranch/ranchUsers.ts';
import type { Boskos, BoskosUsers } from '../../../shared/boskos/port.ts';
import type { Acquired, Ledger, Wake } from '../../../shared/ledger/port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../../../shared/ledger/records.ts';
import type { Component, TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { createMatcher, type Matcher } from '../../../shared/mason/matcher.ts';
import { componentsOf } from '../../../shared/mason/needs.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { MINUTE } from './planLine.ts';

const GRACE_MS = MINUTE;
export const REQUEST_TTL_MS = 30_000;

export interface BenchOptions {
  /** Physical type → how many there are. All are free. */
  readonly supply: Readonly<Record<string, number>>;
  /** Virtual type → what each of its members needs. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly patienceMs?: Readonly<Record<string, number>>;
  /** Members of each virtual type (default: 20). */
  readonly members?: number;
}

/** Who waits and what there is, on a real ledger: all that the matcher sees, and nothing else. */
export class MatcherBench {
  readonly ledger: Ledger;
  readonly users: BoskosUsers;
  readonly matcher: Matcher;
  /** Milliseconds since the epoch: the test moves it. */
  now = 1_000_000;
  readonly log: LogEntry[] = [];
  readonly #options: BenchOptions;
  #names = 0;
  /** Members that are due for fulfill and don't wait yet. */
  readonly #fresh = new Map<string, Wake[]>();

  constructor(options: BenchOptions) {
    this.#options = options;
    const random = createWorldRandom(1);
    this.ledger = openLocalLedger(':memory:', {
      clock: { now: () => this.now, monotonic: () => this.now, after: () => () => undefined },
      random,
      sharesCommits: false,
    });
    this.matcher = this.createMatcher();
    this.users = ranchUsers({
      ledger: this.ledger,
      newName: this.newName,
      requestTtlMs: REQUEST_TTL_MS,
      reservedAhead: (component, place) => this.matcher.reservedAhead(component, place),
      waking: {
        yielded: async (types) => {
          await this.matcher.look(types);
        },
        givenBack: () => Promise.resolve(),
      },
    });
  }

  readonly newName = (): string => `n${++this.#names}`;

  /** Another matcher beside the first, as another instance has it. */
  createMatcher(ledger = this.ledger, change: Partial<Boskos> = {}): Matcher {
    const ranch = openRanch({
      ledger,
      installation: 'bench',
      newName: this.newName,
      graceMs: GRACE_MS,
      leaseExpiryMs: 30 * MINUTE,
    });
    return createMatcher({ ledger, boskos: { ...ranch, ...change }, log: (entry) => this.log.push(entry) });
  }

  async prepare(): Promise<this> {
    const types = this.#types();
    await this.ledger.configs.store(types);
    for (const { type, managed } of types) {
      const order = { newName: this.newName, newOwner: this.newName, graceMs: GRACE_MS };
      await this.ledger.pools.keepSize(type, order);
      if (managed) this.#fresh.set(type, [...(await this.#recycleAll(type))]);
    }
    return this;
  }

  /** The next member of the type takes its place in the queue. @returns its name */
  async wait(type: string): Promise<string> {
    const wake = this.#fresh.get(type)?.shift();
    if (wake === undefined) throw new Error(`all members of ${type} wait already`);
    const fence = { name: wake.name, token: await this.#claim(wake) };
    const patienceMs = this.#patienceOf(type);
    await this.ledger.claims.settle(fence, { kind: 'waiting', dueInMs: 10 * MINUTE, patienceMs });
    return wake.name;
  }

  async waitAll(type: string, count: number): Promise<string[]> {
    const names: string[] = [];
    for (let index = 0; index < count; index += 1) names.push(await this.wait(type));
    return names;
  }

  /** The config changes: these types begin nothing new. */
  async pause(...types: readonly string[]): Promise<void> {
    await this.ledger.configs.store(this.#types(types));
  }

  /** A run takes the waiter up, as sync's wake-up would. @returns its token */
  async claim(name: string): Promise<number> {
    return this.#claim({ name, task: 'fulfill', cycle: (await this.worked(name)).work.cycle });
  }

  /** A user takes free ones. @returns their names */
  async occupy(type: string, count: number): Promise<string[]> {
    const names: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const acquired = await this.ask(type, '');
      if (acquired.kind !== 'acquired') throw new Error(`no ${type} is free`);
      names.push(acquired.resource.name);
    }
    return names;
  }

  ask(type: string, requestId: string): Promise<Acquired> {
    return this.users.acquire({ type, state: STATE.free, dest: STATE.busy, owner: 'alice', requestId });
  }

  /** A user gives it back free. Nobody looks: that is the test's affair. */
  async putBack(name: string): Promise<void> {
    await this.ledger.users.release({ name, dest: STATE.free, owner: 'alice' });
  }

  async component(type: string): Promise<Component> {
    const spec = await this.ledger.configs.type(type);
    if (spec?.component == null) throw new Error(`${type} is in no component`);
    return spec.component;
  }

  async match(type: string, matcher = this.matcher): Promise<string[]> {
    return namesOf(await matcher.match(await this.component(type)));
  }

  async worked(name: string): Promise<WorkRecord> {
    const record = await this.ledger.views.record(name);
    if (record?.work == null) throw new Error(`Mason never worked on ${name}`);
    return { ...record, work: record.work };
  }

  /** @throws if a resource is held twice, or a part of what a waiter needs is */
  async audit(): Promise<void> {
    const records = await this.ledger.views.records({ limit: 100_000 });
    const byName = new Map(records.map((record) => [record.name, record]));
    const held = new Set<string>();
    for (const { name, type, work } of records) {
      for (const lease of work?.leases ?? []) {
        if (held.has(lease.name)) throw new Error(`${lease.name} is held twice`);
        held.add(lease.name);
        if (byName.get(lease.name)?.heldBy !== name) throw new Error(`${lease.name} does not know ${name}`);
      }
      if (work === null || work.leases.length === 0) continue;
      const needs = Object.entries(this.#options.kinds[type] ?? {});
      const isWhole = needs.every(
        ([need, count]) => work.leases.filter((lease) => lease.type === need).length === count,
      );
      if (!isWhole) throw new Error(`${name} holds a part: ${JSON.stringify(work.leases)}`);
    }
    const leased = records.filter(({ state }) => state === STATE.leased);
    if (leased.some(({ name }) => !held.has(name))) throw new Error('somebody lost what was leased for him');
  }

  #types(paused: readonly string[] = []): TypeRecord[] {
    const { supply, kinds, members = 20 } = this.#options;
    const needing = [
      ...Object.keys(supply).map((type) => ({ type, needs: {}, paused: false })),
      ...Object.entries(kinds).map(([type, needs]) => ({ type, needs, paused: paused.includes(type) })),
    ];
    const components = componentsOf(needing);
    return needing.map(({ type, needs, paused: isPaused }): TypeRecord => ({
      schema: 1,
      type,
      hash: `hash of ${type}`,
      needs,
      config: type in kinds ? { type: 'Nothing', content: '' } : null,
      state: type in kinds ? STATE.dirty : STATE.free,
      size:
        type in kinds
          ? { kind: 'dynamic', min: members, max: members }
          : { kind: 'static', names: numbered(type, supply[type] ?? 0) },
      lifespanMs: null,
      managed: type in kinds,
      removed: false,
      settings: {
        maxAttempts: 5,
        constructTimeoutMs: MINUTE,
        maxConstructing: 1_000,
        retryBaseMs: 1_000,
        retryMaxMs: 1_000,
        patienceMs: this.#patienceOf(type),
        paused: isPaused,
        janitor: null,
        leaseExpiryMs: null,
        reapStates: null,
        quarantineHoldMs: MINUTE,
        suspectAfter: 3,
      },
      pause: null,
      component: components.get(type) ?? null,
    }));
  }

  #patienceOf(type: string): number {
    return this.#options.patienceMs?.[type] ?? MINUTE;
  }

  async #recycleAll(type: string): Promise<Wake[]> {
    const { claims, pools } = this.ledger;
    const taken = await pools.takeDirty({ type, limit: 100_000, newOwner: this.newName, graceMs: GRACE_MS });
    const due: Wake[] = [];
    for (const wake of taken) {
      const fence = { name: wake.name, token: await this.#claim(wake) };
      const settled = await claims.settle(fence, { kind: 'recycled', graceMs: GRACE_MS });
      if (settled.kind === 'settled') due.push(...settled.wakes);
    }
    return due;
  }

  async #claim({ name, task, cycle }: Pick<Wake, 'name' | 'task' | 'cycle'>): Promise<number> {
    const claimed = await this.ledger.claims.claim({ name, task, cycle, holdMs: 30_000, graceMs: GRACE_MS });
    if (claimed.kind !== 'claimed') throw new Error(`${name} could not be claimed: ${claimed.kind}`);
    return claimed.record.work.token;
  }
}

export const openBench = (options: BenchOptions): Promise<MatcherBench> =>
  new MatcherBench(options).prepare();

export const namesOf = (named: readonly Pick<ResourceRecord, 'name'>[]): string[] =>
  named.map(({ name }) => name);

const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);

export interface Tap {
  /** `queue.waiters` → calls so far. */
  readonly calls: Map<string, number>;
  readonly ledger: Ledger;
}

/** The ledger, with each call counted and, if `before` says so, held up. */
export function tap(ledger: Ledger, before: (call: string) => Promise<void> = () => Promise.resolve()): Tap {
  const calls = new Map<string, number>();
  const tapped = <Port extends object>(group: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, key) => {
        const operation: unknown = Reflect.get(target, key);
        if (typeof operation !== 'function') return operation;
        return async (...args: unknown[]): Promise<unknown> => {
          const call = `${group}.${String(key)}`;
          calls.set(call, (calls.get(call) ?? 0) + 1);
          await before(call);
          return Reflect.apply(operation, target, args);
        };
      },
    });
  return {
    calls,
    ledger: {
      claims: tapped('claims', ledger.claims),
      pools: tapped('pools', ledger.pools),
      queue: tapped('queue', ledger.queue),
      users: tapped('users', ledger.users),
      configs: tapped('configs', ledger.configs),
      loans: tapped('loans', ledger.loans),
      holds: tapped('holds', ledger.holds),
      restores: tapped('restores', ledger.restores),
      views: tapped('views', ledger.views),
      samples: tapped('samples', ledger.samples),
      close: () => ledger.close(),
    },
  };
}
