import type { Clock } from '../../runtime/clock.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { resources } from './documents/resource.ts';
import { anywhere, oldest } from './queries.ts';
import type { Session } from './store/session.ts';

/** How long (ms) after a conflict others are taken to come as thick as then. */
const CROWDED_MS = 1_000;

interface Sought {
  readonly type: string;
  readonly state: string;
}

/**
 * Where a claimer looks for what nobody has: the longest unchanged first, as Boskos does. Where several come at once
 * they would all follow each other from one to the next; so who comes while another is at it, or soon after a conflict,
 * looks at a place of its own.
 */
export class Contention {
  readonly #clock: Clock;
  readonly #crowdedUntil = new Map<string, number>();
  /** Tries of this process that have found something and not ended yet. */
  readonly #underWay = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async find(session: Session, sought: Sought, count: number): Promise<ResourceRecord[]> {
    if (!this.#isCrowded(session, sought))
      return session.find(resources, oldest(sought.type, sought.state, count));
    const found = await session.find(resources, anywhere(sought, session.random(), count));
    if (found.length === count) return found;
    const fromStart = await session.find(resources, anywhere(sought, 0, count));
    const known = new Set(found.map(({ name }) => name));
    return [...found, ...fromStart.filter(({ name }) => !known.has(name))].slice(0, count);
  }

  findFree(session: Session, type: string, count: number): Promise<ResourceRecord[]> {
    return this.find(session, { type, state: STATE.free }, count);
  }

  #isCrowded(session: Session, { type, state }: Sought): boolean {
    const key = `${type} ${state}`;
    const now = this.#clock.monotonic();
    if (session.attempt > 0) this.#crowdedUntil.set(key, now + CROWDED_MS);
    const others = this.#underWay.get(key) ?? 0;
    this.#count(key, 1);
    session.onEnd(() => {
      this.#count(key, -1);
    });
    return others > 0 || now < (this.#crowdedUntil.get(key) ?? 0);
  }

  #count(key: string, change: 1 | -1): void {
    const left = (this.#underWay.get(key) ?? 0) + change;
    if (left === 0) this.#underWay.delete(key);
    else this.#underWay.set(key, left);
  }
}
