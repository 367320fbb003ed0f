import type { Firestore, Timestamp } from '@google-cloud/firestore';

import { MasonError } from '../../../errors.ts';
import { withDeadline } from '../../../runtime/withDeadline.ts';
import { connect } from './connect.ts';
import { kindOf, unavailable } from './faults.ts';
import type { Kind, Query } from './kind.ts';
import type { FirestoreLedgerOptions } from './options.ts';
import { Reader, type Seen } from './reader.ts';
import { Session, type Write } from './session.ts';
import { batchOf, commitsAfter } from './writing.ts';

/** Conflicts after which an operation gives up: others have won that often, so the ledger as a whole goes on. */
const MAX_TRIES = 40;
/** Answers that may be lost one after the other before the fault is handed on. */
const MAX_UNSETTLED = 3;
/** How long (ms) to wait at most before the next try, however many there were. */
const LONGEST_PAUSE_MS = 100;
const DELETED_AT_ONCE = 300;

/** A try of which it isn't known whether it took place. */
interface Unsettled<Result> {
  readonly id: string;
  readonly result: Result;
  /** One of its writes: it is there if all of them are. */
  readonly witness: Write;
}

/** What an operation remembers of its tries. */
interface History<Result> {
  unsettled: readonly Unsettled<Result>[];
  /** Answers that were lost. */
  lost: number;
}

interface Trying<Result> {
  readonly work: (session: Session) => Promise<Result>;
  readonly onWritten: CommitOptions<Result>['onWritten'];
}

/** What a commit left of each document, by its path. */
export type Versions = ReadonlyMap<
  string,
  { readonly version: Timestamp; readonly commits: readonly string[] }
>;

export interface CommitOptions<Result> {
  /** Sessions whose reads need not be repeated. */
  readonly from?: readonly Session[];
  /** Told what was written, unless that had to be found out afterwards. */
  readonly onWritten?: (versions: Versions, result: Result) => void;
}

/** Firestore as the ledger uses it: optimistic commits that know what became of them. */
export class Store {
  readonly reader: Reader;
  readonly #firestore: Firestore;
  readonly #options: FirestoreLedgerOptions;
  /** So that no two commits of any process have the same id. */
  readonly #instance: string;
  #commits = 0;

  constructor(options: FirestoreLedgerOptions) {
    this.#options = options;
    this.#firestore = connect(options);
    this.reader = new Reader(this.#firestore, options);
    this.#instance = Math.floor(options.random() * 2 ** 48).toString(36);
  }

  /** Waits for calls that were given up, too, until the client repeats them no more: up to 600 s (measured). */
  close(): Promise<void> {
    return this.#firestore.terminate();
  }

  /**
   * Runs `work`, then writes all that it wants or nothing. If what it has read is not so any more, it runs again. If the
   * answer is lost, the documents themselves tell whether they were written.
   *
   * @throws MasonError LEDGER_UNAVAILABLE: whether it was written is then unknown
   */
  async commit<Result>(
    work: (session: Session) => Promise<Result>,
    { from, onWritten }: CommitOptions<Result> = {},
  ): Promise<Result> {
    await this.reader.ensureTime();
    const history: History<Result> = { unsettled: [], lost: 0 };
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const session = this.#session(attempt, from);
      try {
        const done = await this.#try(session, { work, onWritten }, history);
        if (done !== null) return done.result;
      } finally {
        session.end();
      }
      await this.#pause(attempt);
    }
    throw new MasonError(
      'LEDGER_UNAVAILABLE',
      `Firestore refused a commit ${MAX_TRIES} times, since others wrote the same documents. Its message is delivered again.`,
    );
  }

  /** @returns null: another try is needed, by what is so now */
  async #try<Result>(
    session: Session,
    { work, onWritten }: Trying<Result>,
    history: History<Result>,
  ): Promise<{ readonly result: Result } | null> {
    const result = await work(session);
    const arrived = await this.#fenceOff(history.unsettled, session);
    if (arrived !== null) return arrived;
    const { writes } = session;
    if (writes.length === 0) return { result };
    const id = this.#newId();
    try {
      const versions = await this.#write(writes, id);
      onWritten?.(versions, result);
      return { result };
    } catch (error) {
      const tries = witnessOf(writes).map((witness) => ({ id, result, witness }));
      return this.#findOut(error, tries, history);
    }
  }

  /** What became of a commit that was answered with an error. */
  async #findOut<Result>(
    error: unknown,
    tries: readonly Unsettled<Result>[],
    history: History<Result>,
  ): Promise<Unsettled<Result> | null> {
    const all = [...history.unsettled, ...tries];
    const applied = await this.#findApplied(all);
    if (applied !== null) return applied;
    const kind = kindOf(error);
    if (kind === 'permanent') throw unavailable(error, 'commit');
    if (kind === 'conflict') return null;
    history.unsettled = all;
    history.lost += 1;
    if (history.lost >= MAX_UNSETTLED) throw unavailable(error, 'commit');
    return null;
  }

  /** Reads without a commit. */
  async look<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    await this.reader.ensureTime();
    return work(this.#session(0));
  }

  /**
   * Deletes documents that nobody needs any more, each only if it is as it was found. If one of them is not, or the answer
   * is lost, it looks again: what is still to go is found again.
   */
  async deleteAll<Value>(kind: Kind<Value>, query: Query): Promise<void> {
    let lost = 0;
    for (let tries = 1; ; tries += 1) {
      const found = await this.reader.find(kind, { ...query, limit: DELETED_AT_ONCE });
      if (found.length === 0) return;
      try {
        await this.#delete(found);
        if (found.length < DELETED_AT_ONCE) return;
        tries = 0;
      } catch (error) {
        const fault = kindOf(error);
        if (fault === 'unsettled') lost += 1;
        if (fault === 'permanent' || lost >= MAX_UNSETTLED || tries >= MAX_TRIES)
          throw unavailable(error, 'delete');
      }
    }
  }

  async #delete(found: readonly Seen<unknown>[]): Promise<void> {
    const batch = this.#firestore.batch();
    for (const { reference, version } of found)
      batch.delete(reference, version === null ? {} : { lastUpdateTime: version });
    await this.#inTime(batch.commit());
    this.#options.onUsage?.({ reads: 0, writes: 0, deletes: found.length });
  }

  async #write(writes: readonly Write[], id: string): Promise<Versions> {
    const results = await this.#inTime(batchOf(this.#firestore, writes, id).commit());
    const deletes = writes.filter(({ value }) => value === null).length;
    this.#options.onUsage?.({ reads: 0, writes: writes.length - deletes, deletes });
    const versions = new Map<string, { version: Timestamp; commits: readonly string[] }>();
    for (const [index, { seen }] of writes.entries()) {
      const version = results[index]?.writeTime;
      if (version === undefined) continue;
      this.reader.time.hear(version);
      versions.set(seen.reference.path, { version, commits: commitsAfter(seen, id) });
    }
    return versions;
  }

  #session(attempt: number, from?: readonly Session[]): Session {
    return new Session({ reader: this.reader, random: this.#options.random, attempt, from });
  }

  #inTime<Result>(call: Promise<Result>): Promise<Result> {
    return withDeadline(this.#options.clock, this.reader.deadlineMs, call);
  }

  /**
   * A delayed commit may still arrive: what is written now shares a document with it, so that only one of the two takes
   * place.
   *
   * @returns the one that has arrived meanwhile, if `work` has read before it did
   */
  async #fenceOff<Result>(
    unsettled: readonly Unsettled<Result>[],
    session: Session,
  ): Promise<Unsettled<Result> | null> {
    const seen = await this.#readAgain(unsettled.map(({ witness }) => witness));
    const arrived = appliedOf(unsettled, seen);
    if (arrived !== null) return arrived;
    for (const [index, { witness }] of unsettled.entries()) {
      const found = seen[index];
      if (found !== undefined) session.touch(witness, found);
    }
    return null;
  }

  async #findApplied<Result>(tries: readonly Unsettled<Result>[]): Promise<Unsettled<Result> | null> {
    return appliedOf(tries, await this.#readAgain(tries.map(({ witness }) => witness)));
  }

  async #readAgain(witnesses: readonly Write[]): Promise<Seen<unknown>[]> {
    const read = witnesses.map(({ seen, kind }) =>
      this.reader.readAgain(kind as Kind<unknown>, [seen.reference]),
    );
    return (await Promise.all(read)).flat();
  }

  #newId(): string {
    this.#commits += 1;
    return `${this.#instance}.${this.#commits}`;
  }

  /** The first retry comes at once: mostly there was one other, and he is done. */
  #pause(attempt: number): Promise<void> {
    const ms = attempt === 0 ? 0 : this.#options.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt);
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve);
    });
  }
}

/** @param seen the witnesses of the tries, as they are now */
const appliedOf = <Result>(
  tries: readonly Unsettled<Result>[],
  seen: readonly Seen<unknown>[],
): Unsettled<Result> | null =>
  tries.find(({ id }, index) => seen[index]?.commits.includes(id) === true) ?? null;

/** A document that is deleted can't tell who did it; one that others write all the time soon can't, either. */
function witnessOf(writes: readonly Write[]): readonly Write[] {
  const puts = writes.filter(({ value }) => value !== null);
  const witness = puts.find(({ kind }) => kind.isBusy !== true) ?? puts[0];
  return witness === undefined ? [] : [witness];
}
