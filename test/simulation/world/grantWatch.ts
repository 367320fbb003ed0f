import type { Ledger, Settled, Waiter } from '../../../shared/ledger/port.ts';
import { STATE } from '../../../shared/ledger/records.ts';
import type { Component, TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';

/** Type → how many. */
type Counts = Readonly<Record<string, number>>;

/** What somebody was given in one commit. */
interface Gift {
  readonly to: string;
  /** Since when he waited (ms since the epoch); Infinity: not at all. */
  readonly since: number;
  readonly resources: Counts;
}

/** Who waits in a component of the needs graph, and what is free there, at one moment. */
interface Line {
  readonly component: Component;
  readonly waiters: readonly Waiter[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly free: Counts;
}

/** What an instance saw of a component before it decided. */
interface Look {
  readonly nth: number;
  readonly line: Promise<Line>;
}

/** Looks of one instance that are kept: more than a pass of the matcher and the users' calls beside it have. */
const LOOKS_KEPT = 40;
const ALL = { after: null, limit: 1_000 };

/**
 * Nobody is given what one who has waited for longer could have had or has reserved: checked at each commit that gives
 * something. A reservation counts where it surely holds: its owner has not waited for longer than his patience.
 */
export class GrantWatch {
  /** Whose call is made at this moment. */
  caller: Instance | null = null;
  #types: readonly TypeRecord[] = [];
  #count = 0;
  readonly #looks = new WeakMap<Instance, Look[]>();
  /** When an instance began to decide for a component or a request: behind which of its looks, and at what time (ms). */
  readonly #begun = new WeakMap<Instance, Map<string, { readonly nth: number; readonly at: number }>>();
  readonly #since = new Map<string, number>();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The same ledger, watched. One in memory does all that it is asked for at once, so what is read behind a commit is what it left. */
  watch(ledger: Ledger): Ledger {
    return {
      ...ledger,
      configs: {
        ...ledger.configs,
        store: (types) => {
          this.#types = types;
          return ledger.configs.store(types);
        },
      },
      claims: { ...ledger.claims, ...this.#claims(ledger) },
      queue: { ...ledger.queue, ...this.#queue(ledger) },
      users: { ...ledger.users, acquire: this.#acquire(ledger) },
    };
  }

  #claims(ledger: Ledger): Pick<Ledger['claims'], 'settle' | 'claimAndSettle'> {
    const { claims } = ledger;
    const fulfilled = async (lines: readonly Promise<Line>[], settled: Settled): Promise<void> => {
      if (settled.kind !== 'settled' || settled.record.work?.phase !== 'clean') return;
      const { name, work } = settled.record;
      const gift = { to: name, since: Infinity, resources: countsOf(work.leases.map(({ type }) => type)) };
      this.#judge((await Promise.all(lines)).map(before(gift)), gift);
    };
    return {
      settle: (fence, settlement) => {
        const done = claims.settle(fence, settlement);
        if (settlement.kind !== 'fulfilled') return done;
        const lines = this.#lines(ledger);
        void done.then((settled) => fulfilled(lines, settled), ignore);
        return done;
      },
      claimAndSettle: (order, end) => {
        const done = claims.claimAndSettle(order, end);
        if (end.kind !== 'fulfilled') return done;
        const lines = this.#lines(ledger);
        void done.then((run) => (run.kind === 'settled' ? fulfilled(lines, run.settled) : undefined), ignore);
        return done;
      },
    };
  }

  #queue({
    queue,
    views,
  }: Ledger): Pick<Ledger['queue'], 'waiters' | 'supply' | 'claimMatcher' | 'grantAll'> {
    return {
      waiters: async (component, page) => {
        const waiters = await queue.waiters(component, page);
        for (const { name, since } of waiters) this.#since.set(name, since);
        return waiters;
      },
      supply: (component, limit) => {
        if (this.caller !== null) this.#look(this.caller, lineOf(queue, component));
        return queue.supply(component, limit);
      },
      claimMatcher: (component, holdMs) => {
        this.#begin('the matcher');
        return queue.claimMatcher(component, holdMs);
      },
      grantAll: (grants, graceMs) => {
        const looks = this.#looksSince('the matcher');
        const done = queue.grantAll(grants, graceMs);
        void done.then(async (granted) => {
          for (const { name, resources } of grants.filter((_, index) => granted[index]?.kind === 'granted')) {
            const records = await Promise.all(resources.map((part) => views.record(part)));
            const types = records.map((record) => record?.type ?? '');
            const since = this.#since.get(name) ?? -Infinity;
            this.#judge(await Promise.all(looks), { to: name, since, resources: countsOf(types) });
          }
        }, ignore);
        return done;
      },
    };
  }

  #acquire(ledger: Ledger): Ledger['users']['acquire'] {
    return (request) => {
      const { type, state, owner, requestId, ahead } = request;
      const key = `${owner} ${requestId}`;
      if (ahead === null) this.#begin(key);
      const looks = this.#looksSince(key);
      // One who asks for no place in the line waits since this call began.
      const began = this.caller === null ? undefined : this.#begun.get(this.caller)?.get(key)?.at;
      const done = ledger.users.acquire(request);
      if (state !== STATE.free) return done;
      const lines = this.#lines(ledger, type);
      void done.then(async (acquired) => {
        const after = await Promise.all(lines);
        // The answer to a repeated request gives nothing.
        if (acquired.kind !== 'acquired' || after.every(({ at }) => at !== acquired.resource.lastUpdate))
          return;
        const waits = acquired.resource.lastUpdate - acquired.waitedMs;
        const since = requestId === '' ? (began ?? waits) : waits;
        const gift = { to: owner, since, resources: { [type]: 1 } };
        this.#judge(ahead === null ? after.map(before(gift)) : await Promise.all(looks), gift);
      }, ignore);
      return done;
    };
  }

  #look(caller: Instance, line: Promise<Line>): void {
    const looks = this.#looks.get(caller) ?? [];
    this.#count += 1;
    looks.push({ nth: this.#count, line });
    if (looks.length > LOOKS_KEPT) looks.shift();
    this.#looks.set(caller, looks);
  }

  #begin(what: string): void {
    if (this.caller === null) return;
    const begun = this.#begun.get(this.caller) ?? new Map<string, { nth: number; at: number }>();
    this.#begun.set(this.caller, begun.set(what, { nth: this.#count, at: this.#stage.timeline.now }));
  }

  #looksSince(what: string): readonly Promise<Line>[] {
    if (this.caller === null) return [];
    const from = this.#begun.get(this.caller)?.get(what)?.nth ?? Infinity;
    return (this.#looks.get(this.caller) ?? []).filter(({ nth }) => nth > from).map(({ line }) => line);
  }

  /** @param type also the line of this one, which nobody may need */
  #lines({ queue }: Pick<Ledger, 'queue'>, type?: string): readonly Promise<Line>[] {
    const components = new Map(
      this.#types.flatMap(({ component }) => (component === null ? [] : [[component.id, component]])),
    );
    const isKnown = [...components.values()].some(({ physicalTypes }) => physicalTypes.includes(type ?? ''));
    const alone =
      type === undefined || isKnown ? [] : [{ id: type, virtualTypes: [], physicalTypes: [type] }];
    return [...components.values(), ...alone].map((component) => lineOf(queue, component));
  }

  /** @param lines in one of which he who decided saw what there is */
  #judge(lines: readonly Line[], gift: Gift): void {
    const [first = ''] = Object.keys(gift.resources);
    const seen = lines.filter(({ component }) => component.physicalTypes.includes(first));
    if (seen.length === 0 || seen.some((line) => isDue(line, gift))) return;
    const given = Object.keys(gift.resources).join();
    this.#stage.fail(`${gift.to} was given ${given}, for which others have waited longer`);
  }
}

/** Asked at once, so that it is what is there in this turn. */
async function lineOf(queue: Ledger['queue'], component: Component): Promise<Line> {
  const [waiters, supply] = [queue.waiters(component, ALL), queue.supply(component, ALL.limit)];
  const { at, free } = await supply;
  const counts = Object.entries(free).map(([type, resources]) => [type, resources.length] as const);
  return { component, waiters: await waiters, at, free: Object.fromEntries(counts) };
}

/** As it was before somebody was given something. */
const before =
  ({ resources }: Gift) =>
  (line: Line): Line => {
    const free = Object.entries(line.free).map(
      ([type, count]) => [type, count + (resources[type] ?? 0)] as const,
    );
    return { ...line, free: Object.fromEntries(free) };
  };

/** Whether those who have waited longer leave enough for it. */
function isDue({ waiters, free, at }: Line, { since, resources }: Gift): boolean {
  const left: Record<string, number> = { ...free };
  for (const waiter of waiters.filter((one) => one.since < since)) {
    const needs = Object.entries(waiter.needs);
    const lacks = needs.some(([type, count]) => (left[type] ?? 0) < count);
    const isPatient = waiter.kind === 'request' || at - waiter.since <= waiter.patienceMs;
    if (lacks && !isPatient) continue;
    for (const [type, count] of needs) left[type] = Math.max(0, (left[type] ?? 0) - count);
  }
  return Object.entries(resources).every(([type, count]) => (left[type] ?? 0) >= count);
}

const countsOf = (types: readonly string[]): Counts =>
  Object.fromEntries([...Map.groupBy(types, (type) => type)].map(([type, same]) => [type, same.length]));

/** The fault is the caller's. */
const ignore = (): void => undefined;
