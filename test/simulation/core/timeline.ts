/** A timer of an instance, by the simulation's time. */
export interface Timer {
  at: number;
  readonly owner: object;
  readonly action: () => void;
}

/** When simulations begin, in ms since the epoch. */
const BEGINNING = Date.UTC(2026, 0, 1);

/** The one true time of a simulation, and everybody's timers. */
export class Timeline {
  #elapsed = 0;
  readonly #timers = new Set<Timer>();

  /** Milliseconds since the epoch. */
  get now(): number {
    return BEGINNING + this.#elapsed;
  }

  /** Milliseconds since the simulation began. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /** @returns cancels it */
  set(owner: object, ms: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + ms, owner, action };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  dropOf(owner: object): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  /** Its clock stood still for so long (ms). */
  shift(owner: object, ms: number): void {
    for (const timer of this.#timers) if (timer.owner === owner) timer.at += ms;
  }

  /**
   * Takes the next timer that is due by then, and goes to its time.
   * @param isAwake whether the timer's owner runs: one that stands still fires none
   */
  takeNext(until: number, isAwake: (owner: object) => boolean): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.at <= until && (next === null || timer.at < next.at) && isAwake(timer.owner)) next = timer;
    }
    if (next === null) return null;
    this.#timers.delete(next);
    this.goTo(next.at);
    return next;
  }

  /** Time never goes back. */
  goTo(elapsed: number): void {
    this.#elapsed = Math.max(this.#elapsed, elapsed);
  }
}
