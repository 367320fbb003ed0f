import { createHandlers, type Handlers } from '../../../functions/handlers.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Timeline, Timer } from './timeline.ts';

/** Puts together what an instance runs. */
export type Compose = (instance: Instance, clock: Clock) => Mason;

/** One process that runs the production code. It can die or stand still at any await. */
export class Instance {
  readonly name: string;
  readonly mason: Mason;
  readonly handlers: Handlers;
  /** Which Mason it is one of: installation and ledger. */
  readonly house: string;
  /** Milliseconds that its wall clock is wrong by. */
  readonly skewMs: number;
  #state: 'runs' | 'paused' | 'dead' = 'runs';
  readonly #timeline: Timeline;
  readonly #onDeath: (dead: Instance) => void;
  /** How often it stood still so far. */
  pauses = 0;
  #pausedAt = 0;
  #frozenMs = 0;

  constructor(
    { name, house, skewMs }: { readonly name: string; readonly house: string; readonly skewMs: number },
    outside: {
      readonly timeline: Timeline;
      readonly compose: Compose;
      readonly onDeath: (dead: Instance) => void;
    },
  ) {
    this.name = name;
    this.house = house;
    this.skewMs = skewMs;
    this.#timeline = outside.timeline;
    this.#onDeath = outside.onDeath;
    this.mason = outside.compose(this, this.#clock());
    this.handlers = createHandlers(this.mason);
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  get runs(): boolean {
    return this.#state === 'runs';
  }

  /** kill -9: its memory and its timers are gone, and nothing that it was doing ever goes on. */
  crash(): void {
    if (this.isDead) return;
    this.#state = 'dead';
    this.#timeline.dropOf(this);
    this.#onDeath(this);
  }

  /** No timer of it fires, no call leaves it and no answer reaches it, until it is resumed. */
  pause(): void {
    if (!this.runs) return;
    this.#state = 'paused';
    this.pauses += 1;
    this.#pausedAt = this.#timeline.elapsed;
  }

  /** @param froze whether its own clock stood still, too, as of an instance without CPU */
  resume(froze: boolean): void {
    if (!this.isPaused) return;
    this.#state = 'runs';
    if (!froze) return;
    const ms = this.#timeline.elapsed - this.#pausedAt;
    this.#frozenMs += ms;
    this.#timeline.shift(this, ms);
  }

  fire({ action }: Timer): void {
    if (this.runs) action();
  }

  #clock(): Clock {
    return {
      now: () => this.#timeline.now + this.skewMs,
      monotonic: () => this.#timeline.elapsed - this.#frozenMs,
      after: (ms, action) => this.#timeline.set(this, ms, action),
    };
  }
}
