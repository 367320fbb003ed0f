import type { Overview } from '../../api/wire.ts';
import type { Event } from '../events.ts';

export interface StartInfo {
  readonly url: string;
  readonly data: string;
  readonly config: string;
  /** What of it runs; nothing: everything. */
  readonly only?: 'boskos' | null;
  /** The URL of its console, if it has one. */
  readonly console?: string;
  /** Whether what is ready is leased here. */
  readonly lends?: boolean;
  /** Another server that it works on. */
  readonly boskosUrl?: string;
  /** Further lines for people: what they can try. */
  readonly hints?: readonly string[];
}

/** Why the runner ends. */
export interface EndInfo {
  readonly reason: 'idle' | 'stuck' | 'timeout' | 'signal';
  readonly exitCode: number;
  /** What keeps it from being idle. */
  readonly why: readonly string[];
  /** Since the start. */
  readonly elapsedMs: number;
  /** Whether the ledger goes with it. */
  readonly forgets?: boolean;
}

/** How people or programs see what happens. */
export interface View {
  started(info: StartInfo): void;
  happened(event: Event): void;
  /**
   * Called whenever things may look different.
   * @param use a command that uses one of what is ready
   */
  looked(overview: Overview, use?: string | null): void;
  ended(info: EndInfo): void;
}
