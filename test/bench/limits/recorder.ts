import { AsyncLocalStorage } from 'node:async_hooks';

import { FieldValue, Firestore, Query, WriteBatch } from '@google-cloud/firestore';

import type { Ledger } from '../../../shared/ledger/port.ts';
import { passing } from './passing.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One document that a commit wrote, as it was and as it is. */
export interface DocumentWrite {
  /** `COLLECTION/ID`. */
  readonly path: string;
  readonly collection: string;
  /** Null: there was none. */
  readonly before: Fields | null;
  /** Null: it was deleted. */
  readonly after: Fields | null;
}

/** One call on the ledger, as Firestore saw it. */
export interface Operation {
  readonly name: string;
  /** Reads that waited for each other: those that are asked for at once are one round. */
  readRounds: number;
  /** Commits, those that were refused among them. */
  commits: number;
  readonly written: DocumentWrite[];
  inFlight: number;
}

type Method = (...args: readonly unknown[]) => unknown;

/** Notes at Firestore's client what each call on a ledger reads and commits, by document and by field. */
export class Recorder {
  operations: Operation[] = [];
  readonly #current = new AsyncLocalStorage<Operation>();
  readonly #documents = new Map<string, Fields>();
  readonly #pending = new WeakMap<object, { path: string; change: Change }[]>();
  readonly #undo: (() => void)[] = [];

  /** To be ended with `stop`: it stands in the client's own methods. */
  constructor() {
    for (const [prototype, name] of READS) this.#wrap(prototype, name, (call) => this.#reading(call));
    for (const kind of ['create', 'update', 'delete'] as const)
      this.#wrap(WriteBatch.prototype, kind, (call, batch, [reference, fields]) => {
        this.#pend(batch, { path: pathOf(reference), change: { kind, fields } });
        return call();
      });
    this.#wrap(WriteBatch.prototype, 'commit', (call, batch) => this.#committing(call, batch));
  }

  /** The same ledger; what its calls do is noted from now on. */
  watch(ledger: Ledger): Ledger {
    return passing(ledger, ({ name }, work) => {
      const operation: Operation = { name, readRounds: 0, commits: 0, written: [], inFlight: 0 };
      this.operations.push(operation);
      return this.#current.run(operation, work);
    });
  }

  /** Forgets what was noted, but not how the documents are. */
  reset(): void {
    this.operations = [];
  }

  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  async #reading(call: () => unknown): Promise<unknown> {
    const operation = this.#current.getStore();
    if (operation === undefined) return call();
    if (operation.inFlight === 0) operation.readRounds += 1;
    operation.inFlight += 1;
    try {
      return await call();
    } finally {
      operation.inFlight -= 1;
    }
  }

  async #committing(call: () => unknown, batch: object): Promise<unknown> {
    const operation = this.#current.getStore();
    if (operation !== undefined) operation.commits += 1;
    const result: unknown = await call();
    for (const { path, change } of this.#pending.get(batch) ?? [])
      operation?.written.push(this.#apply(path, change));
    return result;
  }

  #apply(path: string, change: Change): DocumentWrite {
    const before = this.#documents.get(path) ?? null;
    const after = changed(before, change);
    if (after === null) this.#documents.delete(path);
    else this.#documents.set(path, after);
    return { path, collection: path.slice(0, path.indexOf('/')), before, after };
  }

  #pend(batch: object, write: { path: string; change: Change }): void {
    const writes = this.#pending.get(batch) ?? [];
    this.#pending.set(batch, writes);
    writes.push(write);
  }

  #wrap(
    prototype: object,
    name: string,
    instead: (call: () => unknown, self: object, args: readonly unknown[]) => unknown,
  ): void {
    const method = Reflect.get(prototype, name) as Method;
    Reflect.set(prototype, name, function (this: object, ...args: unknown[]): unknown {
      return instead(() => Reflect.apply(method, this, args), this, args);
    });
    this.#undo.push(() => Reflect.set(prototype, name, method));
  }
}

/** Its class is not among the client's exports; to make one calls nobody. */
const aCount = new Firestore({ projectId: 'none' }).collection('none').count();

const READS: readonly (readonly [prototype: object, name: string])[] = [
  [Firestore.prototype, 'getAll'],
  [Query.prototype, 'get'],
  [Object.getPrototypeOf(aCount) as object, 'get'],
];

interface Change {
  readonly kind: 'create' | 'update' | 'delete';
  readonly fields: unknown;
}

function changed(before: Fields | null, { kind, fields }: Change): Fields | null {
  if (kind === 'delete') return null;
  const all = { ...(kind === 'update' ? before : {}), ...(fields as Fields) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !(value instanceof FieldValue)));
}

const pathOf = (reference: unknown): string =>
  typeof reference === 'object' && reference !== null ? String(Reflect.get(reference, 'path')) : '';
