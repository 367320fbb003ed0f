import type { FreeResource, Waiter } from '../../../shared/ledger/port.ts';
import { remember, type Memory } from '../../../shared/mason/drySpells.ts';
import { planGrants } from '../../../shared/mason/plan.ts';

export const MINUTE = 60_000;

type Needs = Waiter['needs'];
export type VirtualWaiter = Extract<Waiter, { kind: 'virtual' }>;

export function waiter(name: string, needs: Needs, given: Partial<VirtualWaiter> = {}): VirtualWaiter {
  return { kind: 'virtual', name, needs, since: 0, token: 1, patienceMs: MINUTE, ...given };
}

export function request(name: string, type: string, since = 0): Waiter {
  return { kind: 'request', name, needs: { [type]: 1 }, since };
}

/** `count` free resources of the type: `TYPE-1` … */
export function free(type: string, count: number, lastUpdate = 0): FreeResource[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${type}-${index + 1}`, lastUpdate }));
}

export interface GrantSeen {
  readonly waiter: VirtualWaiter;
  readonly at: number;
  readonly resources: readonly string[];
}

/** A line of waiters before the plan, as the matcher would serve it: a round after each change, and one a minute. */
export class Line {
  readonly granted: GrantSeen[] = [];
  waiting: VirtualWaiter[] = [];
  #at = 0;
  #made = 0;
  #memory: Memory = {};
  readonly #free: Record<string, FreeResource[]>;

  constructor(types: readonly string[]) {
    this.#free = Object.fromEntries(types.map((type) => [type, []]));
  }

  get at(): number {
    return this.#at;
  }

  freeOf(type: string): number {
    return this.#free[type]?.length ?? 0;
  }

  grantOf(name: string): GrantSeen | undefined {
    return this.granted.find((grant) => grant.waiter.name === name);
  }

  /** Time passes, with the Scheduler's tick at each full minute. */
  goTo(at: number): void {
    const nextTick = (): number => (Math.floor(this.#at / MINUTE) + 1) * MINUTE;
    for (let tick = nextTick(); tick <= at; tick = nextTick()) {
      this.#at = tick;
      this.#round();
    }
    this.#at = at;
  }

  join(name: string, needs: Needs, given: Partial<VirtualWaiter> = {}): void {
    this.waiting.push(waiter(name, needs, { since: this.#at + this.waiting.length / 1e3, ...given }));
    this.#round();
  }

  yield(type: string, count = 1): void {
    for (let index = 0; index < count; index += 1)
      this.#free[type]?.push({ name: `${type}-${++this.#made}`, lastUpdate: this.#at });
    this.#round();
  }

  #round(): void {
    this.waiting.sort((a, b) => a.since - b.since);
    const oldestSince = this.waiting[0]?.since ?? this.#at;
    this.#memory = remember(this.#memory, { free: this.#free, oldestSince });
    const plan = planGrants({ at: this.#at, free: this.#free, memory: this.#memory });
    for (const waiting of this.waiting) {
      const verdict = plan.offer(waiting);
      if (verdict.kind === 'grant') this.#grant(waiting, verdict.resources);
    }
  }

  #grant(to: VirtualWaiter, resources: readonly string[]): void {
    this.granted.push({ waiter: to, at: this.#at, resources });
    this.waiting = this.waiting.filter((other) => other !== to);
    for (const type of Object.keys(this.#free))
      this.#free[type] = this.#free[type]?.filter(({ name }) => !resources.includes(name)) ?? [];
  }
}
