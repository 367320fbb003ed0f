import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import { MasonError } from '../../errors.ts';
import type { Moment } from '../transitions/work.ts';
import { GIVE_ROWIDS, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** How long (ms) to wait for another process that is writing. A commit takes well under one. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Pages (of 4 KiB) in the log beside the file after which they are copied into it. SQLite's own 1,000 copy a page that is
 * written often again and again: 10,000 lifecycles in a file took 1.13 times as long (medians of six).
 */
const WAL_PAGES = 8_000;

export interface DatabaseOptions {
  /** A file, `:memory:`, or `file:NAME?mode=memory&cache=shared` for a memory that several connections reach. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long (ms) an operation waits for another process that is writing (default 10 s). */
  readonly busyTimeoutMs?: number;
  /**
   * Whether operations that are asked for in one turn of the event loop share a commit (default: yes). Who owns the clock
   * says no: then each is done as soon as it is asked for.
   */
  readonly sharesCommits?: boolean;
}

interface Job {
  /** @returns what tells its caller, once it is committed */
  readonly run: (moment: Moment) => () => void;
  readonly fail: (reason: Error) => void;
}

/** One connection to the ledger's file or memory: every operation is one immediate transaction. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #options: DatabaseOptions;
  #last = 0;
  #jobs: Job[] = [];
  #dataVersion: unknown = null;
  #epoch = 0;
  #isInTransaction = false;

  /** @throws MasonError LEDGER_UNREADABLE, LEDGER_UNAVAILABLE */
  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#connection = connect(options);
  }

  /**
   * Runs `work` as one transaction and resolves once it is on the disk. Those that are asked for in one turn of the event
   * loop share a commit: in a file that made four times as many lifecycles a second. Each is still all or nothing: if one of them
   * throws, all are undone and each is run again alone.
   * @throws MasonError LEDGER_UNAVAILABLE if another process keeps the file locked, or the disk fails
   */
  transact<Result>(work: (moment: Moment) => Result): Promise<Result> {
    if (this.#options.sharesCommits === false) return this.#alone(work);
    return new Promise((resolve, reject) => {
      const job: Job = {
        run: (moment) => {
          const result = work(moment);
          return () => {
            resolve(result);
          };
        },
        fail: (reason) => {
          // A locked file or a failing disk is everybody's fault; any other is one job's own, and the rest may go on.
          if (reason instanceof MasonError && reason.retry) reject(reason);
          else this.#alone(work).then(resolve, reject);
        },
      };
      if (this.#jobs.push(job) === 1)
        setImmediate(() => {
          this.#commitJobs();
        });
    });
  }

  #commitJobs(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    try {
      const acknowledgements = this.#commit((moment) => jobs.map((job) => job.run(moment())));
      for (const acknowledge of acknowledgements) acknowledge();
    } catch (error) {
      const reason = asError(error, this.#options.path);
      for (const job of jobs) job.fail(reason);
    }
  }

  #alone<Result>(work: (moment: Moment) => Result): Promise<Result> {
    try {
      return Promise.resolve(this.#commit((moment) => work(moment())));
    } catch (error) {
      return Promise.reject(asError(error, this.#options.path));
    }
  }

  #commit<Result>(work: (moment: () => Moment) => Result): Result {
    this.run('BEGIN IMMEDIATE');
    try {
      this.#isInTransaction = true;
      this.#lookForOthers();
      const result = work(() => this.#moment());
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.#epoch += 1;
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  /** The number is another one if another connection has committed since (https://sqlite.org/pragma.html#pragma_data_version). */
  #lookForOthers(): void {
    if (this.#options.path === ':memory:') return;
    const version = this.get('PRAGMA data_version')?.['data_version'];
    if (version !== this.#dataVersion) this.#epoch += 1;
    this.#dataVersion = version;
  }

  /**
   * What this connection has read or written in one epoch is so until the epoch ends: when another connection commits, or
   * a transaction is undone. Null outside a transaction, where others may write at any moment.
   */
  get epoch(): number | null {
    return this.#isInTransaction ? this.#epoch : null;
  }

  /** Runs `work` without a transaction: for what one statement answers, or where a torn view does no harm. */
  read<Result>(work: (at: number) => Result): Promise<Result> {
    try {
      return Promise.resolve(work(Math.max(this.#options.now(), this.#last)));
    } catch (error) {
      return Promise.reject(asError(error, this.#options.path));
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Whether the query finds anything. */
  has(sql: string, ...values: SQLInputValue[]): boolean {
    return this.get(sql, ...values) !== undefined;
  }

  /** @param sql a query with a column `n` */
  count(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.get(sql, ...values)?.['n'] ?? 0);
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  /** @returns how many rows it changed */
  change(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  close(): Promise<void> {
    this.#commitJobs();
    this.#statements.clear();
    this.#connection.close();
    return Promise.resolve();
  }

  /** Strictly increasing, so that two who begin to wait in one millisecond keep their order. */
  #moment(): Moment {
    this.#last = Math.max(this.#options.now(), this.#last + 0.001);
    return { at: this.#last, rand: this.#options.random() };
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function connect({ path, busyTimeoutMs = BUSY_TIMEOUT_MS }: DatabaseOptions): DatabaseSync {
  let connection: DatabaseSync | null = null;
  try {
    connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
    connection.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${WAL_PAGES};`,
    );
    migrate(connection, path);
    return connection;
  } catch (error) {
    connection?.close();
    throw asError(error, path);
  }
}

function migrate(connection: DatabaseSync, path: string): void {
  connection.exec('BEGIN IMMEDIATE');
  const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > SCHEMA_VERSION) {
    throw new MasonError(
      'LEDGER_UNREADABLE',
      `${path}: the ledger has schema version ${version}, this release reads up to ${SCHEMA_VERSION}. Use the newer release, or another data directory.`,
    );
  }
  createTables(connection, path);
  connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/** SQLite's code for what a statement says wrongly: here an index of a column that the table hasn't. */
const WRONG_STATEMENT = 1;

function createTables(connection: DatabaseSync, path: string): void {
  try {
    // `wr`: a table without row IDs (https://sqlite.org/pragma.html#pragma_table_list).
    const table = connection.prepare('PRAGMA table_list(resources)').get();
    connection.exec(table?.['wr'] === 1 ? GIVE_ROWIDS : SCHEMA);
  } catch (error) {
    if (!isSqliteError(error) || error.errcode !== WRONG_STATEMENT) throw error;
    throw new MasonError(
      'LEDGER_UNREADABLE',
      `${path}: the ledger was written before the first release, and lacks what this one needs (${error.message}). Use another data directory.`,
      { cause: error },
    );
  }
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that are no fault of the program. */
const UNAVAILABLE = new Map([
  [3, 'PERM'],
  [5, 'BUSY'],
  [6, 'LOCKED'],
  [7, 'NOMEM'],
  [8, 'READONLY'],
  [10, 'IOERR'],
  [13, 'FULL'],
  [14, 'CANTOPEN'],
  [15, 'PROTOCOL'],
]);
const UNREADABLE = new Map([
  [11, 'CORRUPT'],
  [26, 'NOTADB'],
]);

function asError(error: unknown, path: string): Error {
  if (!isSqliteError(error))
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  // The low byte is the primary code, what is above it says more.
  const code = error.errcode & 0xff;
  if (UNAVAILABLE.has(code)) {
    const message = `${path}: the ledger can not be used now (${UNAVAILABLE.get(code) ?? ''}): ${error.message}`;
    return new MasonError('LEDGER_UNAVAILABLE', message, { cause: error });
  }
  if (UNREADABLE.has(code)) {
    const message = `${path}: this is no ledger, or a damaged one (${UNREADABLE.get(code) ?? ''}): ${error.message}`;
    return new MasonError('LEDGER_UNREADABLE', message, { cause: error });
  }
  return new Error(error.message, { cause: error });
}

/** By its shape: where tests run in a realm of their own, SQLite's errors are no instances of their Error. */
function isSqliteError(error: unknown): error is { readonly errcode: number; readonly message: string } {
  if (typeof error !== 'object' || error === null || !('errcode' in error) || !('message' in error))
    return false;
  return typeof error.errcode === 'number' && typeof error.message === 'string';
}
