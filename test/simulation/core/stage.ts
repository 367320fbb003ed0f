import { CoverageCount } from './coverage.ts';
import { Dice } from './dice.ts';
import { CALM, type Fate, type FateWeights } from './fates.ts';
import { Instance, type Compose } from './instance.ts';
import { Post } from './post.ts';
import { Timeline } from './timeline.ts';
import { Traffic, type Call } from './traffic.ts';

export interface StageOptions {
  readonly seed: number;
  /** How likely each fate is of this call, while the world is not calm. */
  readonly weights: (call: Call) => FateWeights;
  /** Whether a trace is kept: it costs more than the simulation itself. */
  readonly traces: boolean;
}

/** Told of each call that was done. */
type Observer = (call: Call, result: unknown) => void;
/** Told of each call that meets its fate. */
type Seer = (call: Call, fate: Fate) => void;

const MAX_SKEW_MS = 300_000;
/** A timer that sets itself anew without any time between would fire for ever. */
const MOST_TIMERS = 2_000;

/** What a simulation goes on on: one time, one source of chance, everybody's calls and messages. */
export class Stage {
  readonly timeline = new Timeline();
  readonly coverage = new CoverageCount();
  readonly post: Post;
  readonly traffic: Traffic;
  readonly observers: Observer[] = [];
  readonly seers: Seer[] = [];
  readonly lines: string[] = [];
  /** While it is true, nothing fails. */
  isCalm = false;
  /** What must always hold and doesn't. */
  violation: string | null = null;
  instances: Instance[] = [];
  dice: Dice;
  readonly #options: StageOptions;
  readonly #dead: Instance[] = [];
  #born = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.dice = new Dice(options.seed);
    this.post = new Post(this.timeline);
    this.traffic = new Traffic({
      dice: () => this.dice,
      now: () => this.timeline.elapsed,
      isCalm: () => this.isCalm,
      weights: (call) => (this.isCalm ? CALM : options.weights(call)),
      coverage: this.coverage,
      tell: (line) => {
        if (options.traces) this.tell(line());
      },
      foresee: (call, fate) => {
        for (const seer of this.seers) seer(call, fate);
      },
      observe: (call, result) => {
        for (const observer of this.observers) observer(call, result);
      },
    });
  }

  /** From here on another step decides: what one draws doesn't depend on how much the others drew. */
  begin(step: number): void {
    this.dice = new Dice(this.#options.seed, step + 1);
  }

  tell(line: string): void {
    if (this.#options.traces) this.lines.push(`${this.#time()} ${line}`);
  }

  /** Notes what is broken; the first is what is told. */
  fail(fault: string): void {
    if (this.violation !== null) return;
    this.violation = fault;
    this.tell(`VIOLATION ${fault}`);
  }

  /** @param compose puts together what it runs */
  start(house: string, compose: Compose): Instance {
    this.#born += 1;
    const skewMs = Math.round((this.dice.number() * 2 - 1) * MAX_SKEW_MS);
    const born = { name: `${house}#${this.#born}`, house, skewMs };
    const instance = new Instance(born, {
      timeline: this.timeline,
      compose,
      onDeath: (dead) => void this.#dead.push(dead),
    });
    this.instances.push(instance);
    return instance;
  }

  /** Until nothing goes on any more without time or a step. */
  async drain(): Promise<void> {
    await turn();
    for (let dead = this.#dead.pop(); dead !== undefined; dead = this.#dead.pop()) {
      this.tell(`  ${dead.name} died`);
      this.instances = this.instances.filter((instance) => instance !== dead);
      this.post.bury(dead);
      await this.traffic.bury(dead, () => !this.isCalm && this.dice.chance(0.5));
      await turn();
    }
    const [surprise] = this.post.surprises;
    if (surprise !== undefined) this.fail(surprise);
  }

  /** Time passes; timers fire at their own times, except those of whom stands still. */
  async advance(ms: number): Promise<void> {
    const until = this.timeline.elapsed + ms;
    await this.fireUntil(until);
    this.timeline.goTo(until);
    this.post.redeliverOverdue();
  }

  /** Fires what is due by then. */
  async fireUntil(until: number): Promise<void> {
    for (let fired = 0; fired < MOST_TIMERS; fired += 1) {
      const timer = this.timeline.takeNext(until, (owner) => owner instanceof Instance && owner.runs);
      if (timer === null) return;
      if (timer.owner instanceof Instance) timer.owner.fire(timer);
      await this.drain();
    }
    this.fail(`${MOST_TIMERS} timers fired without an end`);
  }

  #time(): string {
    return `${(this.timeline.elapsed / 1000).toFixed(1).padStart(8)} s`;
  }
}

/** Until every promise that can go on without time or I/O has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
