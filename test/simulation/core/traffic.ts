import type { CoverageCount } from './coverage.ts';
import type { Dice } from './dice.ts';
import { drawFate, type Fate, type FateWeights } from './fates.ts';
import type { Instance } from './instance.ts';

/** One call of an instance on what lies outside of it. */
export interface Call {
  /** `claims.settle`, `topics.publish`, `masonable.create`, … */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly instance: Instance;
  /** Does it. */
  readonly apply: () => Promise<unknown>;
  /** What the caller gets where it fails. @param sent whether it may have been done */
  readonly fault: (sent: boolean) => Error;
  /** Default: none. */
  readonly limits?: Limits;
  /** Nobody between us and its other end repeats it: where it would arrive twice its answer is lost. */
  readonly isSentOnce?: boolean;
}

/** Milliseconds of a call that crosses a network. */
interface Limits {
  /** After which its caller has given it up. */
  readonly answerMs: number;
  /** After which it can't arrive any more. */
  readonly arrivalMs: number;
}

/** A call that is under way, or whose answer is. */
export interface Parked {
  readonly call: Call;
  /** Null: it is not done yet. */
  readonly answer: (() => void) | null;
  readonly settle: Settle;
  /** When (ms of the simulation) it was sent; null: its instance stands still before it. */
  readonly sentAt: number | null;
  /** Before this (ms of the simulation) it does not go on: some take longer than a claim holds. */
  readonly notBefore: number;
}

interface Settle {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface TrafficParts {
  /** Of the present step. */
  readonly dice: () => Dice;
  /** Milliseconds of the simulation. */
  readonly now: () => number;
  /** Whether nothing fails any more. */
  readonly isCalm: () => boolean;
  readonly weights: (call: Call) => FateWeights;
  readonly coverage: CoverageCount;
  /** Told what happens; the line is made only where a trace is kept. */
  readonly tell: (line: () => string) => void;
  /** Told of each call that meets its fate. */
  readonly foresee: (call: Call, fate: Fate) => void;
  /** Told of each call that was done, before its caller hears of it. */
  readonly observe: (call: Call, result: unknown) => void;
}

/** All calls of all instances: each has its fate here. */
export class Traffic {
  /** In the order in which they were parked. */
  readonly parked: Parked[] = [];
  readonly #parts: TrafficParts;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  pass(call: Call): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const settle = { resolve, reject };
    if (call.instance.isDead) return promise;
    // A process that stands still sends nothing: what reaches here is what was under way when it was stopped.
    if (call.instance.isPaused) this.#park({ call, answer: null, settle, sentAt: null });
    else void this.#meet(call, settle, false);
    return promise;
  }

  /** What can go on: answers don't reach an instance that stands still. */
  get ready(): readonly Parked[] {
    const now = this.#parts.now();
    const isOver = this.#parts.isCalm();
    return this.parked.filter(
      ({ call, notBefore }) => !call.instance.isPaused && (notBefore <= now || isOver),
    );
  }

  /** Goes on with a call that was parked. */
  async goOn(one: Parked): Promise<void> {
    this.parked.splice(this.parked.indexOf(one), 1);
    if (one.call.instance.isDead) return;
    const { call, settle, answer, sentAt } = one;
    const travelledMs = sentAt === null ? 0 : this.#parts.now() - sentAt;
    const { answerMs, arrivalMs } = call.limits ?? NO_LIMITS;
    if (travelledMs > answerMs) {
      if (answer === null && travelledMs <= arrivalMs) await this.#apply(call);
      settle.reject(call.fault(true));
    } else if (answer === null) await this.#meet(call, settle, sentAt !== null);
    else answer();
  }

  /** The instance is dead: what it had sent may still arrive, and nobody hears of the answer. */
  async bury(instance: Instance, arrives: (call: Call) => boolean): Promise<void> {
    const own = this.parked.filter(({ call }) => call.instance === instance);
    for (const one of own) this.parked.splice(this.parked.indexOf(one), 1);
    for (const { call, answer } of own) if (answer === null && arrives(call)) await this.#apply(call);
  }

  async #meet(call: Call, settle: Settle, wasParked: boolean): Promise<void> {
    const { dice, weights, coverage, foresee, tell } = this.#parts;
    const drawn = drawFate(dice(), weights(call), wasParked);
    const fate = drawn === 'twice' && call.isSentOnce === true ? 'lose' : drawn;
    coverage.add(call.name, fate);
    foresee(call, fate);
    tell(
      () => `    ${call.instance.name} ${call.name}${fate === 'go' ? '' : ` — ${fate}`} ${shown(call.args)}`,
    );
    try {
      await this.#suffer(fate, call, settle);
    } catch (error) {
      // The call itself was refused by what it calls: no fault of ours.
      settle.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #suffer(fate: Fate, call: Call, settle: Settle): Promise<void> {
    const { instance } = call;
    const sentAt = this.#parts.now();
    if (fate === 'crash') {
      instance.crash();
      return;
    }
    if (fate === 'refuse') {
      settle.reject(call.fault(false));
      return;
    }
    if (fate === 'park' || fate === 'pause') {
      if (fate === 'pause') instance.pause();
      this.#park({ call, answer: null, settle, sentAt: fate === 'park' ? sentAt : null });
      return;
    }
    const first = await this.#apply(call);
    const result = fate === 'twice' ? await this.#apply(call) : first;
    if (fate === 'crashAfter') {
      instance.crash();
      return;
    }
    if (fate === 'pauseAfter') instance.pause();
    const answer = (): void => {
      if (fate === 'lose') settle.reject(call.fault(true));
      else settle.resolve(result);
    };
    if (fate === 'slow' || instance.isPaused) this.#park({ call, answer, settle, sentAt });
    else if (!instance.isDead) answer();
  }

  #park(one: Omit<Parked, 'notBefore'>): void {
    const delayMs = this.#parts.dice().pick(DELAYS_MS);
    this.parked.push({ ...one, notBefore: this.#parts.now() + delayMs });
  }

  async #apply(call: Call): Promise<unknown> {
    const result = await call.apply();
    this.#parts.observe(call, result);
    return result;
  }
}

/** A claim holds for 30 s; who waited for supply looks again after 600. */
const DELAYS_MS: readonly number[] = [0, 0, 0, 20_000, 45_000, 100_000, 700_000];

const NO_LIMITS: Limits = { answerMs: Infinity, arrivalMs: Infinity };

const shown = (args: readonly unknown[]): string => {
  const text = args.map((arg) => JSON.stringify(arg)).join(' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};
