/** Which ledger a function works on, by the form of MASON_LEDGER. */
export type LedgerChoice =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** Null: the project's default database. */
  | { readonly kind: 'firestore'; readonly databaseId: string | null };

/** Which topics its messages go to, by the form of MASON_TOPICS. */
export type TopicsChoice =
  | { readonly kind: 'local' }
  /** `prefix` + the function's name is the topic's. */
  | { readonly kind: 'pubsub'; readonly prefix: string };

interface Fault {
  readonly fault: string;
}

export function readLedgerChoice(text: string): LedgerChoice | Fault {
  if (text === 'firestore') return { kind: 'firestore', databaseId: null };
  const [, databaseId] = /^firestore:([a-z][a-z0-9-]{2,61}[a-z0-9])$/.exec(text) ?? [];
  if (databaseId !== undefined) return { kind: 'firestore', databaseId };
  // One letter is a drive, and an empty scheme that of :memory:.
  return /^[a-z][a-z0-9+.-]+:/i.test(text)
    ? { fault: 'takes a path, :memory:, firestore or firestore:DATABASE' }
    : { kind: 'sqlite', path: text };
}

const DEFAULT_PREFIX = 'mason-';

export function readTopicsChoice(text: string): TopicsChoice | Fault {
  if (text === 'local') return { kind: 'local' };
  if (text === 'pubsub') return { kind: 'pubsub', prefix: DEFAULT_PREFIX };
  // What a topic's name may begin with, with room for the function's.
  const [, prefix] = /^pubsub:(?!goog)([a-z][a-z0-9._~+%-]{0,199})$/i.exec(text) ?? [];
  return prefix === undefined
    ? { fault: 'takes local, pubsub or pubsub:PREFIX' }
    : { kind: 'pubsub', prefix };
}
