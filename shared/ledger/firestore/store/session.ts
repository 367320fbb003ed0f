import type { Timestamp } from '@google-cloud/firestore';

import type { Moment } from '../../transitions/work.ts';
import { documentId } from './documentId.ts';
import type { Kind, Query } from './kind.ts';
import type { Reader, Seen } from './reader.ts';

/** One write: it takes place only if the document is as it was seen. */
export interface Write {
  readonly seen: Seen<unknown>;
  readonly kind: Kind<never>;
  /** Null: the document goes. */
  readonly value: unknown;
}

/** A document as an earlier commit wrote it: saves a read. */
export interface Written<Value> {
  readonly value: Value;
  readonly version: Timestamp;
  readonly commits: readonly string[];
}

/**
 * What one try of an operation has seen and wants to write. It writes only what it has seen, so that the commit fails if
 * any of that is not so any more.
 */
export class Session {
  /** Conflicts so far: a claimer that lost the oldest to another looks elsewhere. */
  readonly attempt: number;
  readonly #reader: Reader;
  readonly #random: () => number;
  readonly #seen = new Map<string, Seen<unknown>>();
  readonly #writes = new Map<string, Write>();
  #moment: Moment | null = null;
  readonly #endings: (() => void)[] = [];

  /** @param from what has been seen already; a later attempt has to look for itself */
  constructor(parts: {
    readonly reader: Reader;
    readonly random: () => number;
    readonly attempt: number;
    readonly from?: readonly Session[] | undefined;
  }) {
    this.#reader = parts.reader;
    this.#random = parts.random;
    this.attempt = parts.attempt;
    if (parts.attempt > 0) return;
    for (const before of parts.from ?? []) for (const [key, seen] of before.#seen) this.#seen.set(key, seen);
  }

  /** One moment for all that is committed together. To be asked for after the first read, so that it is no older. */
  get moment(): Moment {
    this.#moment ??= { at: this.#reader.time.now(), rand: this.#random() };
    return this.#moment;
  }

  get writes(): readonly Write[] {
    return [...this.#writes.values()];
  }

  /** Forgets all that it has seen and wants to write. */
  startOver(): void {
    this.#seen.clear();
    this.#writes.clear();
  }

  /** Calls `tell` once this try is over, however it ended. */
  onEnd(tell: () => void): void {
    this.#endings.push(tell);
  }

  end(): void {
    for (const tell of this.#endings.splice(0)) tell();
  }

  /** In [0, 1). */
  random(): number {
    return this.#random();
  }

  async get<Value>(kind: Kind<Value>, id: string): Promise<Value | null> {
    const [value = null] = await this.getAll(kind, [id]);
    return value;
  }

  /** In the order of the ids. */
  async getAll<Value>(kind: Kind<Value>, ids: readonly string[]): Promise<(Value | null)[]> {
    const missing = [...new Set(ids)].filter((id) => !this.#seen.has(keyOf(kind, id)));
    for (const seen of await this.#reader.read(kind, missing)) this.#note(seen);
    return ids.map((id) => (this.#seen.get(keyOf(kind, id))?.value ?? null) as Value | null);
  }

  async find<Value>(kind: Kind<Value>, query: Query): Promise<Value[]> {
    const found = await this.#reader.find(kind, query);
    return found.flatMap(({ reference, value, ...seen }) => {
      if (value === null) return [];
      // What it has decided on already must not change under its feet.
      const known = this.#seen.get(reference.path);
      if (known === undefined) this.#note({ reference, value, ...seen });
      return [(known?.value ?? value) as Value];
    });
  }

  count<Value>(kind: Kind<Value>, query: Query): Promise<number> {
    return this.#reader.count(kind, query);
  }

  async findAll<Value>(kind: Kind<Value>, queries: readonly Query[]): Promise<Value[]> {
    return (await Promise.all(queries.map((query) => this.find(kind, query)))).flat();
  }

  async has<Value>(kind: Kind<Value>, query: Query): Promise<boolean> {
    return (await this.find(kind, { ...query, limit: 1 })).length > 0;
  }

  /** Takes what an earlier commit wrote instead of reading it. */
  recall<Value>(kind: Kind<Value>, id: string, written: Written<Value>): void {
    this.#note({ ...written, reference: this.#reader.reference(kind, id) });
  }

  /** For a name that was made just now: reading it would tell nothing, and if somebody has it the commit fails. */
  assumeAbsent<Value>(kind: Kind<Value>, id: string): void {
    const reference = this.#reader.reference(kind, id);
    this.#note({ reference, value: null, version: null, commits: [] });
  }

  /** Writes a document that this session has read, or found missing. */
  put<Value>(kind: Kind<Value>, id: string, value: Value): void {
    this.#write(kind, id, value);
  }

  /** Deletes a document that this session has read. */
  remove<Value>(kind: Kind<Value>, id: string): void {
    this.#write(kind, id, null);
  }

  /** Writes a document of an earlier try as it is now, so that this commit and that try can't both take place. */
  touch(write: Write, seen: Seen<unknown>): void {
    if (this.#writes.has(seen.reference.path) || seen.value === null) return;
    this.#writes.set(seen.reference.path, { kind: write.kind, seen, value: seen.value });
  }

  #write<Value>(kind: Kind<Value>, id: string, value: Value | null): void {
    const key = keyOf(kind, id);
    const seen = this.#seen.get(key);
    if (seen === undefined) throw new Error(`${key} is to be written and was never read`);
    if (value === null && seen.version === null) this.#writes.delete(key);
    else this.#writes.set(key, { seen, kind: kind as Kind<never>, value });
    this.#seen.set(key, { ...seen, value });
  }

  #note(seen: Seen<unknown>): void {
    this.#seen.set(seen.reference.path, seen);
  }
}

const keyOf = <Value>({ collection }: Kind<Value>, id: string): string => `${collection}/${documentId(id)}`;
