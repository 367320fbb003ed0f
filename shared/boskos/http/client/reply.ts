/** Which call something is said of. */
export interface Context {
  /** `METHOD URL`, without its parameters: an owner is the key to what it holds. */
  readonly call: string;
  /** What may stand in no message. */
  readonly secrets: readonly string[];
}

/** An answer that a server gave on purpose. */
export interface Reply extends Context {
  readonly status: number;
  readonly text: string;
  /** Where it redirects to. */
  readonly location: string | null;
}
