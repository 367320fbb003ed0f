/** Things that happen, counted by the simulated second. */
export class Tally {
  readonly #bySecond = new Map<number, number>();

  /** @param atMs of the simulation */
  add(atMs: number, count: number): void {
    const second = Math.floor(atMs / 1_000);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + count);
  }

  /** A second, over the whole span (both in ms). */
  mean(fromMs: number, untilMs: number): number {
    const [from, until] = [fromMs / 1_000, untilMs / 1_000];
    let sum = 0;
    for (const [second, count] of this.#bySecond) if (second >= from && second < until) sum += count;
    return sum / (until - from);
  }

  /** A second, over those seconds in a row of the span that have the most. */
  busiest(fromMs: number, untilMs: number, seconds: number): number {
    let most = 0;
    for (let second = fromMs / 1_000; second + seconds <= untilMs / 1_000; second += 1)
      most = Math.max(most, this.mean(second * 1_000, (second + seconds) * 1_000));
    return most;
  }
}
