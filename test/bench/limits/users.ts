import type { Random } from '../../../shared/runtime/random.ts';
import { virtualOf } from './types.ts';
import type { VirtualTime } from './virtualTime.ts';
import type { Works } from './works.ts';

/** How long (ms) a user has what he acquired: anything between. */
const SHORTEST_USE_MS = 30_000;
const LONGEST_USE_MS = 60_000;

interface UsersParts {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Instances of the function `boskos`. */
  readonly desks: readonly Works[];
  /** Virtual types, from which each user takes one by chance. */
  readonly types: number;
  readonly usersAMinute: number;
}

/** Who acquires free members and releases them dirty, each at a time of his own. */
export class Users {
  turnedAway = 0;
  #count = 0;
  readonly #parts: UsersParts;

  constructor(parts: UsersParts) {
    this.#parts = parts;
  }

  /** Lets those of the next minute come, at random times until then (ms of the simulation). */
  comeUntil(ms: number): void {
    const { time, random, usersAMinute } = this.#parts;
    const whole = ms - time.elapsed;
    for (let user = 0; user < usersAMinute; user += 1)
      time.clock.after(random.number() * whole, () => void this.#use());
  }

  async #use(): Promise<void> {
    const { time, random, types, desks } = this.#parts;
    this.#count += 1;
    const owner = `user-${this.#count}`;
    const desk = desks[this.#count % desks.length];
    const type = virtualOf(Math.floor(random.number() * types));
    const request = { type, state: 'free', dest: 'busy', owner, requestId: '' };
    const acquired = await desk?.mason.users.acquire(request);
    if (acquired?.kind !== 'acquired') {
      this.turnedAway += 1;
      return;
    }
    await time.wait(SHORTEST_USE_MS + random.number() * (LONGEST_USE_MS - SHORTEST_USE_MS));
    await desk?.mason.users.release({ name: acquired.resource.name, dest: 'dirty', owner });
  }
}
