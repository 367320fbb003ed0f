import type * as z from 'zod';

import { parseDocument, parseJson } from '../parseDocument.ts';
import type { Database } from './database.ts';

export interface Known<Document> {
  readonly text: string;
  readonly document: Document;
  /** In which it was read or written (see Database.epoch). */
  readonly epoch: number | null;
}

interface Options<Document> {
  readonly schema: z.ZodType<Document>;
  /** Before the name, where a document can't be read. */
  readonly what: string;
  /** Of one connection: with more it forgets all. */
  readonly most: number;
}

/** Documents of one kind that each connection has read or written last, by name. */
export class KnownDocuments<Document> {
  readonly #options: Options<Document>;
  readonly #byDatabase = new WeakMap<Database, Map<string, Known<Document>>>();

  constructor(options: Options<Document>) {
    this.#options = options;
  }

  /** What is so in the database, without a look. */
  current(database: Database, name: string): Document | undefined {
    const known = this.last(database, name);
    return known !== undefined && isCurrent(database, known) ? known.document : undefined;
  }

  /** What was so when it was read or written. */
  last(database: Database, name: string): Known<Document> | undefined {
    return this.#of(database).get(name);
  }

  /**
   * Parses only a text that is new.
   * @throws MasonError LEDGER_UNREADABLE
   */
  parse(database: Database, name: string, text: string): Document {
    const known = this.last(database, name);
    const what = `${this.#options.what} ${name}`;
    const document =
      known?.text === text
        ? known.document
        : parseDocument(parseJson(text), { schema: this.#options.schema, what });
    this.keep(database, name, { text, document });
    return document;
  }

  keep(database: Database, name: string, known: Omit<Known<Document>, 'epoch'>): void {
    const all = this.#of(database);
    if (all.size >= this.#options.most && !all.has(name)) all.clear();
    all.set(name, { ...known, epoch: database.epoch });
  }

  drop(database: Database, name: string): void {
    this.#of(database).delete(name);
  }

  #of(database: Database): Map<string, Known<Document>> {
    const known = this.#byDatabase.get(database);
    if (known !== undefined) return known;
    const none = new Map<string, Known<Document>>();
    this.#byDatabase.set(database, none);
    return none;
  }
}

/** Whether it is so in the database now: nobody can have changed it since. */
export const isCurrent = ({ epoch: now }: Database, { epoch }: Pick<Known<unknown>, 'epoch'>): boolean =>
  now !== null && epoch === now;
