import type { Wake } from '../../../shared/ledger/port.ts';
import type { Topic } from '../../../shared/topics/port.ts';
import type { Written } from './distantLedger.ts';
import { quantile } from './latency.ts';
import type { LedgerCall } from './passing.ts';
import type { Invocation } from './push.ts';
import { Tally } from './tally.ts';
import { isSlow } from './types.ts';
import type { VirtualTime } from './virtualTime.ts';

/** What is measured of the time between two moments (ms of the simulation). */
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  /** How long (ms) a construct of a slow type takes by itself. */
  readonly slowMs: number;
}

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** A second. */
export interface Rate {
  readonly mean: number;
  /** Over the busiest second, and the busiest ten in a row. */
  readonly peak: number;
  readonly peakOfTen: number;
}

export interface Watched {
  /** From a user's release until it was taken, from there until it was free, without the construct itself. */
  readonly untilTaken: Spread;
  readonly quick: Spread;
  readonly slow: Spread;
  /** How long an invocation takes. Of the janitor, ticks and cleanings are one. */
  readonly invocations: ReadonlyMap<Topic, Spread>;
  /** In a minute. */
  readonly messages: number;
  /** Runs that ended with a fault, all in all. */
  readonly failed: number;
  readonly commits: Rate;
  readonly documents: Rate;
  /** Commits refused because of a shared document, and all that wanted to write one. */
  readonly refused: number;
  readonly sharing: number;
  /** Writes of the busiest shared document. */
  readonly shared: Rate;
  readonly due: Rate;
  /** Between two writes of the same member's document, other than by its user. */
  readonly gaps: Spread;
}

/** The index that sync finds by what is due. */
const DUE = 'resources(dueAt)';
/** A pause of a member that is at rest is no gap between writes. */
const LONGEST_GAP_MS = 30_000;

/** Notes what happens in a simulation. */
export class Watch {
  readonly #time: VirtualTime;
  readonly #span: Span;
  readonly #releasedAt = new Map<string, number>();
  readonly #takenAt = new Map<string, number>();
  readonly #writtenAt = new Map<string, number>();
  readonly #untilTaken: number[] = [];
  readonly #quick: number[] = [];
  readonly #slow: number[] = [];
  readonly #gaps: number[] = [];
  readonly #invocations = new Map<Topic, number[]>();
  readonly #tallies = { commits: new Tally(), documents: new Tally(), due: new Tally() };
  readonly #shared = new Map<string, Tally>();
  #messages = 0;
  #failed = 0;
  #refused = 0;
  #sharing = 0;

  constructor(time: VirtualTime, span: Span) {
    this.#time = time;
    this.#span = span;
  }

  wrote(written: Written): void {
    const now = this.#time.elapsed;
    this.#tallies.commits.add(now, written.commits);
    this.#tallies.documents.add(now, written.documents);
    this.#tallies.due.add(now, written.entries.get(DUE) ?? 0);
    this.#noteShared(written);
    this.#follow(written);
  }

  ended({ topic, from, until, failed }: Invocation): void {
    if (failed) this.#failed += 1;
    if (!this.#isMeasured(from)) return;
    this.#messages += 1;
    const times = this.#invocations.get(topic) ?? [];
    this.#invocations.set(topic, times);
    times.push(until - from);
  }

  result(): Watched {
    const { commits, documents, due } = this.#tallies;
    const { fromMs, untilMs } = this.#span;
    const hottest = [...this.#shared.values()].sort(
      (a, b) => b.mean(fromMs, untilMs) - a.mean(fromMs, untilMs),
    )[0];
    return {
      ...{ untilTaken: spreadOf(this.#untilTaken), quick: spreadOf(this.#quick), slow: spreadOf(this.#slow) },
      invocations: new Map([...this.#invocations].map(([topic, times]) => [topic, spreadOf(times)])),
      messages: this.#messages / ((untilMs - fromMs) / 60_000),
      ...{ failed: this.#failed, refused: this.#refused, sharing: this.#sharing },
      ...{ commits: this.#rateOf(commits), documents: this.#rateOf(documents) },
      ...{ shared: this.#rateOf(hottest ?? new Tally()), due: this.#rateOf(due), gaps: spreadOf(this.#gaps) },
    };
  }

  #noteShared({ shared, refused }: Written): void {
    if (this.#isMeasured(this.#time.elapsed)) {
      this.#refused += refused;
      this.#sharing += shared === null ? 0 : 1;
    }
    if (shared === null) return;
    const tally = this.#shared.get(shared) ?? new Tally();
    this.#shared.set(shared, tally);
    tally.add(this.#time.elapsed, 1);
  }

  /** The way of one member from its user's hands until it is free again. */
  #follow({ call, result, commits, refused }: Written): void {
    if (commits === refused) return;
    const name = nameIn(call);
    if (name !== null) this.#noteGap(name);
    if (call.name === 'users.release' && name !== null) this.#releasedAt.set(name, this.#time.elapsed);
    for (const taken of takenBy(call, result)) this.#take(taken);
    if (call.name === 'claims.claimAndSettle freed' && name !== null) this.#free(name);
  }

  #take(name: string): void {
    const releasedAt = this.#releasedAt.get(name);
    if (releasedAt === undefined) return;
    this.#releasedAt.delete(name);
    this.#writtenAt.set(name, this.#time.elapsed);
    this.#takenAt.set(name, this.#time.elapsed);
    if (this.#isMeasured(this.#time.elapsed)) this.#untilTaken.push(this.#time.elapsed - releasedAt);
  }

  #free(name: string): void {
    const takenAt = this.#takenAt.get(name);
    if (takenAt === undefined || !this.#isMeasured(this.#time.elapsed)) return;
    const ms = this.#time.elapsed - takenAt;
    if (isSlow(name.slice(0, name.indexOf('.')))) this.#slow.push(ms - this.#span.slowMs);
    else this.#quick.push(ms);
  }

  #noteGap(name: string): void {
    const before = this.#writtenAt.get(name);
    this.#writtenAt.set(name, this.#time.elapsed);
    if (before === undefined) return;
    const gap = this.#time.elapsed - before;
    if (gap < LONGEST_GAP_MS && this.#isMeasured(this.#time.elapsed)) this.#gaps.push(gap);
  }

  #isMeasured(ms: number): boolean {
    return ms >= this.#span.fromMs && ms < this.#span.untilMs;
  }

  #rateOf(tally: Tally): Rate {
    const { fromMs, untilMs } = this.#span;
    return {
      mean: tally.mean(fromMs, untilMs),
      peak: tally.busiest(fromMs, untilMs, 1),
      peakOfTen: tally.busiest(fromMs, untilMs, 10),
    };
  }
}

/** Names of the virtual ones that were sent round: at their release, or by the tick. */
function takenBy({ name }: LedgerCall, result: unknown): readonly string[] {
  if (name !== 'pools.takeDirty' && name !== 'pools.takeGivenBack') return [];
  return (result as readonly Wake[]).filter(({ task }) => task === 'recycle').map((taken) => taken.name);
}

function nameIn({ name, args: [first] }: LedgerCall): string | null {
  if (!name.startsWith('claims.') && name !== 'users.release') return null;
  return typeof first === 'object' && first !== null && 'name' in first ? String(first.name) : null;
}

const spreadOf = (values: readonly number[]): Spread => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  count: values.length,
});
