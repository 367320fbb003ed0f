import { stringify } from 'yaml';

import { LEASED_RESOURCES, STATE } from '../../../shared/ledger/records.ts';
import type { OriginalRanch, OriginalResource } from '../../support/originalBoskosRanch.ts';
import { partsOf } from '../world/serverUsers.ts';

/** The owner of all that it holds (cmd/fake-mason and test-infra's own: `defaultOwner`). */
export const GO_MASON = 'mason';

/** What it is in the middle of with one virtual resource: gone with its process. */
export interface GoRound {
  readonly name: string;
  /** Leased so far. */
  readonly parts: string[];
  /** What the next call is about. */
  readonly at: 'recycle' | 'fulfill' | 'clean' | 'free' | 'over';
}

export interface GoMasonParts {
  readonly ranch: OriginalRanch;
  /** Virtual type → what it needs. */
  readonly needs: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** A construct has made something. @returns its user data */
  readonly construct: (name: string, parts: readonly string[]) => Readonly<Record<string, string>>;
}

type Call = Generator<GoRound, void>;

/**
 * The original's Mason as its server sees it (mason/mason.go and mason/client.go at 3563df0): the calls of its four
 * goroutines in their order. It keeps in memory how far it is; whoever stops asking for the next call has killed it.
 */
export class GoMason {
  readonly #parts: GoMasonParts;

  constructor(parts: GoMasonParts) {
    this.#parts = parts;
  }

  /** One virtual resource from dirty to free. Each `next` makes one call, and tells what it was in the middle of. */
  *round(type: string): Call {
    const { ranch } = this.#parts;
    const taken = ranch.acquire(type, STATE.dirty, { dest: STATE.cleaning, owner: GO_MASON });
    if ('kind' in taken) return;
    const parts: string[] = [];
    const now = (at: GoRound['at']): GoRound => ({ name: taken.name, parts, at });
    yield now('recycle');
    yield* this.#recycle(taken, now('recycle'));
    for (const [needed, count] of Object.entries(this.#parts.needs[type] ?? {}))
      for (let got = 0; got < count;) {
        const part = ranch.acquire(needed, STATE.free, { dest: STATE.leased, owner: GO_MASON });
        if (!('kind' in part)) {
          parts.push(part.name);
          got += 1;
        }
        yield now('fulfill');
      }
    this.#tell(taken.name, { [LEASED_RESOURCES]: stringify(parts) });
    yield now('clean');
    this.#tell(taken.name, this.#parts.construct(taken.name, parts));
    yield now('clean');
    ranch.release(taken.name, { dest: STATE.free, owner: GO_MASON });
    for (const part of parts) {
      yield now('free');
      ranch.release(part, { dest: taken.name, owner: GO_MASON });
    }
    yield now('over');
  }

  /** It gives back only what the user data names, and tells the server last that it has. */
  *#recycle(taken: OriginalResource, now: GoRound): Call {
    const { ranch } = this.#parts;
    const names = partsOf(taken);
    if (names.length === 0) return;
    const parked = ranch.acquireByState(new Set(names), taken.name, { dest: STATE.leased, owner: GO_MASON });
    yield now;
    for (const { name } of Array.isArray(parked) ? parked : []) {
      ranch.release(name, { dest: STATE.dirty, owner: GO_MASON });
      yield now;
    }
    this.#tell(taken.name, { [LEASED_RESOURCES]: '' });
    yield now;
  }

  #tell(name: string, userData: Readonly<Record<string, string>>): void {
    this.#parts.ranch.update(name, { state: STATE.cleaning, owner: GO_MASON }, userData);
  }
}
