/** A call, whatever server it came by. */
export interface HttpCall {
  /** In upper case. */
  readonly method: string;
  /** Escaped, as it stands in the request. */
  readonly path: string;
  /** What stands behind the `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Null: it was larger than is taken, LARGEST_BYTES where nothing else is said. */
  readonly body: Uint8Array | null;
}

/** What a call gets. */
export interface HttpAnswer {
  readonly status: number;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Never rejects: a fault is answered, and logged. */
export type HttpHandler = (call: HttpCall) => Promise<HttpAnswer>;

/** Bytes of the largest body, and of the user data that a resource may have: a document of Firestore takes 1 MiB. */
export const LARGEST_BYTES = 524_288;

/**
 * Bytes of the longest value that a ledger is asked for: Firestore refuses a query for one of more than 1,500 bytes. The
 * original has no limit, but its resources' names are Kubernetes's, of at most 253.
 */
export const LONGEST_VALUE_BYTES = 1_024;

/** Go's http.Error. */
export const refused = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers },
  body: `${text}\n`,
});
