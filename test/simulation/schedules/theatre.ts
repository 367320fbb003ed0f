import { CALM, type Fate, type FateWeights } from '../core/fates.ts';
import type { House } from '../core/house.ts';
import type { Instance } from '../core/instance.ts';
import { Stage } from '../core/stage.ts';
import type { Call } from '../core/traffic.ts';
import type { HttpConfigs } from '../world/httpConfigs.ts';
import { HttpWorld } from '../world/httpWorld.ts';

interface Cue {
  readonly call: string;
  readonly fate: Fate;
  readonly about: string;
  left: number;
}

const MINUTE_MS = 60_001;

/** A simulation without chance: the test says what happens to which call, and in which order things come. */
export class Theatre {
  readonly stage: Stage;
  readonly world: HttpWorld;
  readonly #cues: Cue[] = [];

  constructor(configs: HttpConfigs) {
    this.stage = new Stage({ seed: 1, traces: false, weights: (call) => this.#weights(call) });
    const swarm = { notYet: 0, killer: null, slowMs: 0, hasRival: false, lacksReaper: false };
    this.world = new HttpWorld(this.stage, { swarm, configs, sabotage: {} });
    this.world.staff();
  }

  /** What happens to the next calls of that name. @param about what must stand in what is asked (default: anything) */
  cue(call: string, fate: Fate, { times = 1, about = '' } = {}): void {
    this.#cues.push({ call, fate, about, left: times });
  }

  /** Delivers what is due, and all that follows from it. @throws if anything is broken that must always hold */
  async settle(): Promise<void> {
    this.world.staff();
    await this.stage.drain();
    for (let [letter] = this.stage.post.due; letter !== undefined; [letter] = this.stage.post.due) {
      this.world.staff();
      this.stage.post.deliver(letter, this.running);
      await this.stage.drain();
    }
    const faults = [
      ...(await this.world.faults()),
      ...(this.stage.violation === null ? [] : [this.stage.violation]),
    ];
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }

  /** The Scheduler's minutes. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      for (const topic of ['sync', 'janitor'] as const) this.world.tick(this.house, topic);
      await this.settle();
      await this.stage.advance(MINUTE_MS);
    }
  }

  /** Minutes pass, the server's reaper at work, until this is so. @throws after two hours */
  async until(isSo: () => boolean): Promise<void> {
    for (let minute = 0; minute < 120; minute += 1) {
      if (isSo()) return;
      this.world.reap(this.house.leaseExpiryMs);
      await this.minutes(1);
    }
    throw new Error(`it is never so: ${JSON.stringify(this.states())}`);
  }

  get running(): Instance {
    const running = this.stage.instances.find(({ runs }) => runs);
    if (running === undefined) throw new Error('no instance runs');
    return running;
  }

  get house(): House {
    const [house] = this.world.houses;
    if (house === undefined) throw new Error('there is no house');
    return house;
  }

  /** Name → its state on the server. */
  states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.world.ranch.all().map(({ name, state }) => [name, state]));
  }

  close(): Promise<void> {
    return this.world.close();
  }

  #weights({ name, args }: Call): FateWeights {
    const cue = this.#cues.find(
      ({ call, about, left }) => call === name && left > 0 && JSON.stringify(args).includes(about),
    );
    if (cue === undefined) return CALM;
    cue.left -= 1;
    return { ...CALM, go: 0, [cue.fate]: 1 };
  }
}
