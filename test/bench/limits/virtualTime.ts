import type { Clock } from '../../../shared/runtime/clock.ts';

interface Timer {
  readonly at: number;
  /** Of two at the same time, the one that was set first comes first. */
  readonly number: number;
  action: (() => void) | null;
}

/**
 * Time that passes only from one event to the next. As the simulator's Timeline, but a heap: some hundred thousand timers
 * fire here, among hundreds that wait.
 */
export class VirtualTime {
  readonly clock: Clock = {
    now: () => this.#beginning + this.elapsed,
    monotonic: () => this.elapsed,
    after: (ms, action) => this.#set(ms, action),
  };
  /** Milliseconds since it began. */
  elapsed = 0;
  readonly #beginning: number;
  readonly #heap: Timer[] = [];
  #timers = 0;

  /** @param beginning ms since the epoch */
  constructor(beginning: number) {
    this.#beginning = beginning;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#set(ms, resolve);
    });
  }

  /** Lets everything happen that is due by then (ms since it began), each at its own time. */
  async runUntil(end: number): Promise<void> {
    await turn();
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#dropFirst();
      if (next.action === null) continue;
      this.elapsed = next.at;
      next.action();
      await turn();
    }
    this.elapsed = end;
  }

  #set(ms: number, action: () => void): () => void {
    this.#timers += 1;
    const timer: Timer = { at: this.elapsed + Math.max(0, ms), number: this.#timers, action };
    this.#add(timer);
    return () => {
      timer.action = null;
    };
  }

  #add(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = timer;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || isBefore(last, child)) break;
      heap[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);

/** Until every promise that can go on without time has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
