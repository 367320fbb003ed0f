import type { Database } from './database.ts';

interface Known<Value> {
  readonly value: Value;
  /** In which it was read or written (see Database.epoch). */
  readonly epoch: number | null;
}

/** What each connection has read or written last, by name. */
export class Remembered<Value> {
  readonly #most: number;
  readonly #byDatabase = new WeakMap<Database, Map<string, Known<Value>>>();

  /** @param most of one connection: with more it forgets all */
  constructor(most: number) {
    this.#most = most;
  }

  /** What is so in the database, without a look. */
  current(database: Database, name: string): Value | undefined {
    const { epoch } = database;
    const known = this.#of(database).get(name);
    return epoch !== null && known?.epoch === epoch ? known.value : undefined;
  }

  /** What was so when it was read or written. */
  last(database: Database, name: string): Value | undefined {
    return this.#of(database).get(name)?.value;
  }

  keep(database: Database, name: string, value: Value): void {
    const all = this.#of(database);
    if (all.size >= this.#most && !all.has(name)) all.clear();
    all.set(name, { value, epoch: database.epoch });
  }

  drop(database: Database, name: string): void {
    this.#of(database).delete(name);
  }

  #of(database: Database): Map<string, Known<Value>> {
    const known = this.#byDatabase.get(database) ?? new Map<string, Known<Value>>();
    this.#byDatabase.set(database, known);
    return known;
  }
}
