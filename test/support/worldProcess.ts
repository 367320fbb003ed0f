import { createHandlers, type Handlers } from '../../functions/handlers.ts';
import { MasonError } from '../../shared/errors.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { composeMason, type MasonOptions } from '../../shared/runtime/compose.ts';
import type { Topics } from '../../shared/topics/port.ts';

/** A call of a process on what lies outside of it: an operation of the ledger, or a publish. */
export interface Call {
  /** `claims.settle`, `topics.publish`, … */
  readonly name: string;
  /** Counted over the world's life, from 0. */
  readonly index: number;
  readonly args: readonly unknown[];
}

/**
 * unavailable: the call fails and nothing was done; unavailableAfter: it was done, but its reply is lost; die, dieAfter:
 * the process ends just before or just after it.
 */
export type Fault = 'unavailable' | 'unavailableAfter' | 'die' | 'dieAfter';
export type Meddling = (call: Call) => Fault | undefined;

/** One instance of a Mason on the world's ledger. It can be stopped (SIGSTOP), go on, and be killed at any moment. */
export class Process {
  readonly mason: Mason;
  readonly handlers: Handlers;
  readonly #onDeath: () => void;
  readonly #meddle: Meddling;
  readonly #count: (name: string) => number;
  readonly #look: (name: string, result: unknown) => Promise<void>;
  #state: 'runs' | 'paused' | 'dead' = 'runs';
  #atResume: (() => void)[] = [];
  /** Cancels each timer that is set. */
  readonly #timers = new Set<() => void>();

  constructor(
    options: MasonOptions,
    outside: {
      readonly meddle: Meddling;
      /** @returns the call's index */
      readonly count: (name: string) => number;
      /** Called after each call, before its reply. */
      readonly look: (name: string, result: unknown) => Promise<void>;
      readonly onDeath: (dead: Process) => void;
    },
  ) {
    this.#meddle = outside.meddle;
    this.#count = outside.count;
    this.#look = outside.look;
    this.#onDeath = () => {
      outside.onDeath(this);
    };
    this.mason = composeMason({
      ...options,
      clock: this.#own(options.clock),
      topics: this.#guarded('topics', options.topics),
      ledger: this.#guardedLedger(options.ledger),
    });
    this.handlers = createHandlers(this.mason);
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  /** It stands still: no timer of it fires, no call leaves it and no reply reaches it until it is resumed. */
  pause(): void {
    if (this.#state === 'runs') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'runs';
    const waiting = this.#atResume;
    this.#atResume = [];
    for (const goOn of waiting) goOn();
  }

  /** kill -9: whatever it was doing never goes on. */
  kill(): void {
    if (this.isDead) return;
    this.#state = 'dead';
    this.#atResume = [];
    for (const cancel of this.#timers) cancel();
    this.#onDeath();
  }

  #whenRunning(goOn: () => void): void {
    if (this.#state === 'runs') goOn();
    else if (this.#state === 'paused') this.#atResume.push(goOn);
  }

  /** Resolves when the process runs: at once, at its resumption, or never. */
  #running(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenRunning(resolve);
    });
  }

  #own(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, action) => {
        const cancel = clock.after(ms, () => {
          this.#timers.delete(cancel);
          this.#whenRunning(action);
        });
        this.#timers.add(cancel);
        return () => {
          this.#timers.delete(cancel);
          cancel();
        };
      },
    };
  }

  #guardedLedger(ledger: Ledger): Ledger {
    return {
      claims: this.#guarded('claims', ledger.claims),
      pools: this.#guarded('pools', ledger.pools),
      queue: this.#guarded('queue', ledger.queue),
      users: this.#guarded('users', ledger.users),
      configs: this.#guarded('configs', ledger.configs),
      loans: this.#guarded('loans', ledger.loans),
      holds: this.#guarded('holds', ledger.holds),
      restores: this.#guarded('restores', ledger.restores),
      views: this.#guarded('views', ledger.views),
      samples: this.#guarded('samples', ledger.samples),
      close: () => Promise.resolve(),
    };
  }

  /** The same port, each call of which passes by the test (`meddle`) and by the state of this process. */
  #guarded<Port extends Ledger[keyof Omit<Ledger, 'close'>] | Topics>(group: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const operation: unknown = Reflect.get(target, key);
        if (typeof operation !== 'function') return operation;
        return (...args: unknown[]) =>
          this.#pass(`${group}.${String(key)}`, args, async (): Promise<unknown> => {
            return Reflect.apply(operation, target, args);
          });
      },
    });
  }

  async #pass<Result>(name: string, args: readonly unknown[], work: () => Promise<Result>): Promise<Result> {
    await this.#running();
    const fault = this.#meddle({ name, index: this.#count(name), args });
    if (fault === 'die') this.kill();
    if (fault === 'unavailable') throw unavailable(name);
    await this.#running();
    const result = await work();
    await this.#look(name, result);
    if (fault === 'dieAfter') this.kill();
    await this.#running();
    if (fault === 'unavailableAfter') throw unavailable(name);
    return result;
  }
}

/** Lets the first `times` calls of that name fail so. */
export function failing(name: string, fault: Fault, times = 1): Meddling {
  let left = times;
  return (call) => {
    if (call.name !== name || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

const unavailable = (call: string): Error =>
  call === 'topics.publish'
    ? new Error('the topic is not there')
    : new MasonError('LEDGER_UNAVAILABLE', `the world's ledger does not answer to ${call}`);
