/** What a call gets. */
export interface BoskosAnswer {
  readonly status: number;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Success of which nothing is told: no Content-Type either. */
export const nothing: BoskosAnswer = { status: 200, headers: {}, body: '' };

/** JSON as the original sends it: Go takes it for text (boskos-wire.md, at its top). */
export const sniffed = (body: string): BoskosAnswer => ({ status: 200, headers: TEXT, body });

export const json = (body: string): BoskosAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** Go's http.Error. */
export const refused = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): BoskosAnswer => ({
  status,
  headers: { ...TEXT, 'x-content-type-options': 'nosniff', ...headers },
  body: `${text}\n`,
});

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** Bytes of the largest body, and of the user data that a resource may have: a document of Firestore takes 1 MiB. */
export const LARGEST_BYTES = 524_288;

/** The original has no limit of its own; Kubernetes, which keeps its records, has one of 1.5 MiB. */
export const tooLarge = (what: string): BoskosAnswer =>
  refused(413, `${what} is larger than ${LARGEST_BYTES / 1_024} KiB`);
