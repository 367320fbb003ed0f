import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import { MasonError } from '../../errors.ts';
import type { Moment } from '../transitions/work.ts';

/** How long (ms) to wait for another process that is writing. A commit takes well under one. */
const BUSY_TIMEOUT_MS = 10_000;
const SCHEMA_VERSION = 1;

/** Queries name their index (INDEXED BY) where the planner, which has no statistics, would choose the pool's: 26 ms instead of 0.02 with 10,000 members. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS resources (
  name TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, held_by TEXT,
  last_update REAL NOT NULL, expiration REAL, phase TEXT, claimed_until REAL, due_at REAL, queue_since REAL,
  slot TEXT, config_hash TEXT, built_by TEXT, doc TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_pool ON resources (type, state, owner, last_update, name);
CREATE INDEX IF NOT EXISTS resources_due ON resources (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_queue ON resources (queue_since, name) WHERE queue_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_slot ON resources (type, slot, due_at) WHERE slot IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_expiration ON resources (expiration) WHERE expiration IS NOT NULL;
CREATE TABLE IF NOT EXISTS requests (
  type TEXT NOT NULL, state TEXT NOT NULL, request_id TEXT NOT NULL, since REAL NOT NULL, expires_at REAL NOT NULL,
  dest TEXT NOT NULL, owner TEXT NOT NULL, granted TEXT, granted_update REAL,
  PRIMARY KEY (type, state, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS requests_queue ON requests (type, state, since) WHERE granted IS NULL;
CREATE TABLE IF NOT EXISTS types (type TEXT PRIMARY KEY, applied TEXT, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (type TEXT NOT NULL, hash TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (type, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS matchers (
  component TEXT PRIMARY KEY, token INTEGER NOT NULL, claimed_until REAL, bump INTEGER NOT NULL, yields TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

export interface DatabaseOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** One connection to the ledger's file: every operation is one immediate transaction. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #options: DatabaseOptions;
  #last = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#connection = new DatabaseSync(options.path, { timeout: BUSY_TIMEOUT_MS });
    this.#connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.#migrate();
  }

  /**
   * Runs `work` as one transaction and commits it before the promise resolves.
   * @throws MasonError LEDGER_UNAVAILABLE if another process keeps the file locked, or the disk fails
   */
  transact<Result>(work: (moment: Moment) => Result): Promise<Result> {
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work(this.#moment());
        this.#connection.exec('COMMIT');
        return Promise.resolve(result);
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** Runs `work` without a transaction: for what one statement answers, or where a torn view does no harm. */
  read<Result>(work: (at: number) => Result): Promise<Result> {
    try {
      return Promise.resolve(work(this.#options.now()));
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...values);
  }

  /** @returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  close(): Promise<void> {
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

  #migrate(): void {
    this.#connection.exec('BEGIN IMMEDIATE');
    const version = Number(this.#connection.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version > SCHEMA_VERSION) {
      this.#connection.exec('ROLLBACK');
      this.#connection.close();
      throw new MasonError(
        'LEDGER_UNREADABLE',
        `${this.#options.path}: the ledger has schema version ${version}, this release reads up to ${SCHEMA_VERSION}. Use the newer release, or another data directory.`,
      );
    }
    this.#connection.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  }
}

function asError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('the ledger threw what is no error', { cause: error });
  if (!('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return error;
  return new MasonError('LEDGER_UNAVAILABLE', `the ledger's file can not be used now: ${error.message}`, {
    cause: error,
  });
}
