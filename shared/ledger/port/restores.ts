// After the ledger was brought back from a backup.

export interface Disclaimed {
  /** Of what was not disclaimed yet. */
  readonly names: readonly string[];
  /** The last name that was looked at; null: there are no more. */
  readonly after: string | null;
}

/**
 * What a backup says of who holds what is no longer so. Nothing else may work on the ledger between the restore and the end
 * of this (see RESTORE.md).
 */
export interface Restores {
  /**
   * Forgets, too, which calls for loans were under way: what is held under their owners by now has been used since, and is not
   * to go back as it was.
   * @returns the floor: from now on every name that is new to the ledger is counted from there on
   */
  begin(): Promise<number>;
  /**
   * Up to `limit` records by name, after `after` (exclusive; null: the first). Each becomes dirty, in nobody's hands, and is
   * counted from the floor on; one that is already is passed over.
   */
  disclaim(page: {
    readonly floor: number;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<Disclaimed>;
}
