import type { Session } from '../store/session.ts';

/** Looks that a matcher of this process decides by: a batch of grants may reach over two pages of waiters. */
const KEPT = 4;

/** What was read of waiters and supply a moment ago: what is granted of it need not be read again. */
export class MatcherSight {
  #looks: readonly Session[] = [];

  /** The oldest first. */
  get looks(): readonly Session[] {
    return this.#looks;
  }

  keep(look: Session): void {
    this.#looks = [...this.#looks, look].slice(-KEPT);
  }
}
