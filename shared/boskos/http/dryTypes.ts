import type { Clock } from '../../runtime/clock.ts';

/**
 * Types that the server gives nothing of just now, whatever its metric tells: others are before us in its line, or we have
 * only just given up what we held. To ask again at once would be in vain, or take from others what they were to have.
 */
export class DryTypes {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param ms how long it is not asked for */
  rest(type: string, ms: number): void {
    const until = this.#clock.monotonic() + ms;
    this.#until.set(type, Math.max(until, this.#until.get(type) ?? 0));
  }

  has(type: string): boolean {
    return this.#clock.monotonic() < (this.#until.get(type) ?? 0);
  }
}
