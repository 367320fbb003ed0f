import type { Timestamp } from '@google-cloud/firestore';

import type { Clock } from '../../../runtime/clock.ts';

/** Older than this (ms), the server's time is asked for anew. */
const SURE_MS = 30_000;
/** By how much (ms) our two clocks may differ before we must have been frozen or set. */
const DRIFT_MS = 1_000;
/** Strictly increasing, so that two who begin to wait one after the other keep their order. */
const STEP_MS = 0.001;

/**
 * The time of the server, as its last answer told it, plus what has passed since. Never ahead of it: an answer is older
 * than its arrival.
 */
export class ServerTime {
  readonly #clock: Clock;
  /** Milliseconds added to what the server says: tests let time pass by it. */
  readonly #shiftMs: () => number;
  #heard: { readonly at: number; readonly monotonic: number; readonly wall: number } | null = null;
  #last = 0;

  constructor(clock: Clock, shiftMs: () => number) {
    this.#clock = clock;
    this.#shiftMs = shiftMs;
  }

  hear(time: Timestamp): void {
    const at = time.seconds * 1_000 + time.nanoseconds / 1_000_000;
    if (this.isSure() && at <= this.#extrapolated()) return;
    this.#heard = { at, monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** Whether `now` can be told without asking the server: not at first, nor after the process was frozen. */
  isSure(): boolean {
    if (this.#heard === null) return false;
    const passed = this.#clock.monotonic() - this.#heard.monotonic;
    const byWall = this.#clock.now() - this.#heard.wall;
    return passed < SURE_MS && Math.abs(byWall - passed) < DRIFT_MS;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    this.#last = Math.max(this.#extrapolated() + this.#shiftMs(), this.#last + STEP_MS);
    return this.#last;
  }

  #extrapolated(): number {
    const { at, monotonic } = this.#heard ?? { at: 0, monotonic: 0 };
    return at + this.#clock.monotonic() - monotonic;
  }
}
