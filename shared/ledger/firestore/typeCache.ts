import type { TypeRecord } from '../typeRecord.ts';
import { types } from './documents/config.ts';
import type { ServerTime } from './store/serverTime.ts';
import type { Session } from './store/session.ts';

/**
 * How long (ms) a type's config is believed without another look. An operation that sees the one before a change is as
 * good as one that came a little earlier: what it does by it is found outdated by the next.
 */
const FRESH_MS = 5_000;

/** The types that this process has read: every run needs one, and they change only with the config. */
export class TypeCache {
  /** Not our own clock: it stands still while an instance is frozen. */
  readonly #time: ServerTime;
  readonly #known = new Map<string, { readonly spec: TypeRecord; readonly readAt: number }>();

  constructor(time: ServerTime) {
    this.#time = time;
  }

  async get(session: Session, type: string): Promise<TypeRecord | null> {
    const known = this.#known.get(type);
    if (known !== undefined && this.#time.now() - known.readAt < FRESH_MS) return known.spec;
    return this.read(session, type);
  }

  /** As it is now: for what must not go by a config of which nothing may be left. */
  async read(session: Session, type: string): Promise<TypeRecord | null> {
    const readAt = this.#time.now();
    const spec = (await session.get(types, type))?.spec ?? null;
    if (spec === null) this.#known.delete(type);
    else this.#known.set(type, { spec, readAt });
    return spec;
  }

  /** To be called when this process has stored another config. */
  forget(): void {
    this.#known.clear();
  }
}
