import { AsyncLocalStorage } from 'node:async_hooks';

import type { Usage } from '../../../shared/ledger/firestore/store/options.ts';
import type { Topic } from '../../../shared/topics/port.ts';

/** Who causes a cost: a function, a user's call, or what follows from his release before it is answered. */
export type Payer = Topic | 'user' | 'wake';

export interface Cost extends Usage {
  readonly messages: number;
  readonly invocations: number;
}

const NOTHING: Cost = { reads: 0, writes: 0, deletes: 0, messages: 0, invocations: 0 };

/** Counts at the clients of Firestore and Pub/Sub what each function costs. */
export class Meter {
  readonly #payer = new AsyncLocalStorage<Payer>();
  #costs = new Map<Payer, Cost>();

  /** What `work` costs is the payer's. */
  run<Result>(payer: Payer, work: () => Promise<Result>): Promise<Result> {
    return this.#payer.run(payer, work);
  }

  /** The same, if a user's call is what it follows from. */
  wakes<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#payer.getStore() === 'user' ? this.run('wake', work) : work();
  }

  /** The same where it may be recycle that it follows from: with what that gives back begins the janitor's part. */
  takesUp<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#payer.getStore() === 'recycle' ? this.run('janitor', work) : this.wakes(work);
  }

  /** Outside `run`, nobody pays: the bench looks at what it has done. */
  add(cost: Partial<Cost>): void {
    const payer = this.#payer.getStore();
    if (payer !== undefined) this.#costs.set(payer, sum(this.of(payer), { ...NOTHING, ...cost }));
  }

  of(payer: Payer): Cost {
    return this.#costs.get(payer) ?? NOTHING;
  }

  reset(): void {
    this.#costs = new Map();
  }
}

export const sum = (a: Cost, b: Cost): Cost => combine(a, b, (x, y) => x + y);
export const share = (cost: Cost, count: number): Cost => combine(cost, NOTHING, (x) => x / count);

const combine = (a: Cost, b: Cost, by: (x: number, y: number) => number): Cost => ({
  reads: by(a.reads, b.reads),
  writes: by(a.writes, b.writes),
  deletes: by(a.deletes, b.deletes),
  messages: by(a.messages, b.messages),
  invocations: by(a.invocations, b.invocations),
});
