import { randomUUID } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Reaches past the port into a ledger in memory: writes down all that it holds, and puts it back later. */
export class LedgerTape {
  /** For openLocalLedger. */
  readonly path: string;
  readonly #connection: DatabaseSync;
  #backup: ReadonlyMap<string, Rows> | null = null;

  constructor() {
    // Threads of one process share such memories by their names.
    this.path = `file:${randomUUID()}?mode=memory&cache=shared`;
    this.#connection = new DatabaseSync(this.path);
  }

  get hasBackup(): boolean {
    return this.#backup !== null;
  }

  backUp(): void {
    this.#backup = new Map(
      this.#tables().map((table) => [table, this.#connection.prepare(`SELECT * FROM ${table}`).all()]),
    );
  }

  /** @throws if nothing was backed up */
  restore(): void {
    if (this.#backup === null) throw new Error('there is no backup');
    this.#connection.exec('BEGIN IMMEDIATE');
    for (const table of this.#tables()) this.#connection.exec(`DELETE FROM ${table}`);
    for (const [table, rows] of this.#backup) for (const row of rows) this.#insert(table, row);
    this.#connection.exec('COMMIT');
  }

  /** The counters of all records as they are in the backup, one further; and nothing is known of a floor. */
  countOn(): void {
    for (const { name, doc } of this.#backup?.get('resources') ?? []) {
      const { work } = JSON.parse(String(doc)) as { work: { token: number; cycle: number } | null };
      this.#connection
        .prepare(
          `UPDATE resources SET doc = json_set(doc, '$.work.token', ?, '$.work.cycle', ?) WHERE name = ?`,
        )
        .run((work?.token ?? 0) + 1, (work?.cycle ?? 0) + 1, String(name));
    }
    this.#connection.exec(`DELETE FROM past WHERE name = ''`);
  }

  close(): void {
    this.#connection.close();
  }

  #tables(): string[] {
    return this.#connection
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
      .all()
      .map(({ name }) => String(name));
  }

  #insert(table: string, row: Readonly<Record<string, unknown>>): void {
    const columns = Object.keys(row);
    const marks = columns.map(() => '?').join(', ');
    this.#connection
      .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`)
      .run(...(Object.values(row) as SQLInputValue[]));
  }
}
