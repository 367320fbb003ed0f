/** What Firestore stores in one field. */
export type Field = string | number | boolean | null | readonly string[] | Date | FieldMap;
export interface FieldMap {
  readonly [key: string]: Field | readonly FieldMap[];
}
/** A document. A field that is undefined is not stored, and so in no index. */
export type Fields = Readonly<Record<string, Field | undefined>>;

/** One collection: how its documents are written and read. */
export interface Kind<Value> {
  readonly collection: string;
  /** Whether many commits write the same document of it, so that it soon forgets which ones (see COMMITS_KEPT). */
  readonly isBusy?: boolean;
  encode(value: Value): Fields;
  /** @throws MasonError LEDGER_UNREADABLE */
  decode(fields: Readonly<Record<string, unknown>>, id: string): Value;
}

export type Condition = readonly [
  field: string,
  operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in',
  value: string | number | boolean | readonly string[],
];

/** The document's id as a field of a query. */
export const NAME = '__name__';

/** A query as data, so that a test can hold each against the indexes that are deployed. */
export interface Query {
  readonly where?: readonly Condition[];
  /** Ascending. */
  readonly orderBy?: readonly string[];
  /** Values of the `orderBy` fields, exclusive. */
  readonly after?: readonly (string | number)[];
  readonly limit?: number;
  /** Which fields come back (default: all). It costs the same, and less time. */
  readonly fields?: readonly string[];
}
