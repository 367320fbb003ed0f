import {
  FieldPath,
  type Firestore,
  type DocumentReference,
  type DocumentSnapshot,
  type Query as NativeQuery,
  type Timestamp,
} from '@google-cloud/firestore';

import { withDeadline } from '../../../runtime/withDeadline.ts';
import { documentId } from './documentId.ts';
import { unavailable } from './faults.ts';
import { NAME, type Kind, type Query } from './kind.ts';
import type { FirestoreLedgerOptions } from './options.ts';
import { checkVersion } from './schemaVersion.ts';
import { ServerTime } from './serverTime.ts';

const DEADLINE_MS = 10_000;
/** A count costs one read for so many index entries (https://cloud.google.com/firestore/pricing). */
const COUNTED_PER_READ = 1_000;

/** A document as it was read. */
export interface Seen<Value> {
  readonly reference: DocumentReference;
  /** Null: there is none. */
  readonly value: Value | null;
  /** What a write of it is conditioned on; null: that there is none. */
  readonly version: Timestamp | null;
  /** The last commits that wrote it, the newest last. */
  readonly commits: readonly string[];
}

/** Reads of Firestore, each with a deadline. */
export class Reader {
  readonly time: ServerTime;
  readonly deadlineMs: number;
  readonly #firestore: Firestore;
  readonly #options: FirestoreLedgerOptions;

  constructor(firestore: Firestore, options: FirestoreLedgerOptions) {
    this.#firestore = firestore;
    this.#options = options;
    this.time = new ServerTime(options.clock, options.shiftMs ?? (() => 0));
    this.deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  }

  reference<Value>(kind: Kind<Value>, id: string): DocumentReference {
    return this.#firestore.collection(kind.collection).doc(documentId(id));
  }

  /** In the order of the ids. */
  read<Value>(kind: Kind<Value>, ids: readonly string[]): Promise<Seen<Value>[]> {
    return this.readAgain(
      kind,
      ids.map((id) => this.reference(kind, id)),
    );
  }

  /** In the order of the references. */
  async readAgain<Value>(
    kind: Kind<Value>,
    references: readonly DocumentReference[],
  ): Promise<Seen<Value>[]> {
    if (references.length === 0) return [];
    const snapshots = await this.#ask('read', this.#firestore.getAll(...references));
    this.#count(snapshots.length);
    return snapshots.map((snapshot) => this.#seen(kind, snapshot));
  }

  async find<Value>(kind: Kind<Value>, query: Query): Promise<Seen<Value>[]> {
    this.#options.onQuery?.(kind.collection, query, 'find');
    const result = await this.#ask('query', this.#native(kind, query).get());
    this.#count(Math.max(1, result.size));
    this.time.hear(result.readTime);
    return result.docs.map((snapshot) => this.#seen(kind, snapshot));
  }

  async count<Value>(kind: Kind<Value>, query: Query): Promise<number> {
    this.#options.onQuery?.(kind.collection, query, 'count');
    const result = await this.#ask('count', this.#native(kind, query).count().get());
    const { count } = result.data();
    this.#count(Math.max(1, Math.ceil(count / COUNTED_PER_READ)));
    this.time.hear(result.readTime);
    return count;
  }

  /** Learns the server's time, if it isn't known. */
  async ensureTime(): Promise<void> {
    if (!this.time.isSure()) await this.read(NOTHING, ['now']);
  }

  #native<Value>(kind: Kind<Value>, { where = [], orderBy = [], after, limit, fields }: Query): NativeQuery {
    let query: NativeQuery = this.#firestore.collection(kind.collection);
    for (const [field, operator, value] of where) query = query.where(pathOf(field), operator, value);
    for (const field of orderBy) query = query.orderBy(pathOf(field));
    if (after !== undefined) query = query.startAfter(...after);
    if (fields !== undefined) query = query.select('schema', ...fields);
    return limit === undefined ? query : query.limit(limit);
  }

  #seen<Value>(kind: Kind<Value>, snapshot: DocumentSnapshot): Seen<Value> {
    this.time.hear(snapshot.readTime);
    const { ref: reference, updateTime: version = null } = snapshot;
    const fields: Readonly<Record<string, unknown>> | undefined = snapshot.data();
    if (fields === undefined) return { reference, value: null, version: null, commits: [] };
    checkVersion(fields, reference.path);
    return { reference, value: kind.decode(fields, snapshot.id), version, commits: commitsOf(fields) };
  }

  async #ask<Result>(doing: string, call: Promise<Result>): Promise<Result> {
    try {
      return await withDeadline(this.#options.clock, this.deadlineMs, call);
    } catch (error) {
      throw unavailable(error, doing);
    }
  }

  #count(reads: number): void {
    this.#options.onUsage?.({ reads, writes: 0, deletes: 0 });
  }
}

const pathOf = (field: string): string | FieldPath => (field === NAME ? FieldPath.documentId() : field);

const commitsOf = ({ commits }: Readonly<Record<string, unknown>>): string[] =>
  Array.isArray(commits) ? commits.map(String) : [];

/** A document that never is: to read it costs one read and tells the time. */
const NOTHING: Kind<null> = { collection: 'nothing', encode: () => ({}), decode: () => null };
