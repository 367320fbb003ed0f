import type uPlot from 'uplot';

/** What the functions of /console/api answer. Times are milliseconds since the epoch. */

export type Counts = Readonly<Record<string, number>>;

export interface Pool {
  readonly type: string;
  readonly kind: 'virtual' | 'physical';
  readonly min: number;
  readonly max: number;
  readonly members: number;
  readonly counts: Counts;
  readonly needs: Counts;
  readonly paused: boolean;
  /** Whose order it is that it is paused; null: nobody's. */
  readonly pause: { readonly at: number; readonly by: string; readonly reason: string } | null;
  readonly pausedByConfig: boolean;
  readonly removed: boolean;
  readonly tended: boolean;
}

interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly more: boolean;
}

export interface Quarantined {
  readonly name: string;
  readonly type: string;
  readonly phase: string | null;
  readonly reason: string;
  readonly at: number | null;
  readonly keepUntil: number | null;
  readonly heldUntil: number | null;
  readonly leases: number;
}

export interface Waiting {
  readonly kind: 'virtual' | 'request';
  readonly name: string;
  readonly type: string;
  readonly state?: string;
  readonly since: number;
}

export interface DeadLetter {
  readonly topic: string;
  readonly data: string;
  readonly deliveries: number;
  readonly error: string;
}

export interface Overview {
  readonly title: string;
  readonly pools: readonly Pool[];
  readonly morePools: number;
  readonly waiting: Page<Waiting>;
  readonly quarantined: Page<Quarantined>;
  /** The newest first. */
  readonly deadLetters: Page<DeadLetter> | null;
}

export interface Row {
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly phase: string | null;
  readonly owner: string;
  readonly heldBy: string | null;
  readonly lastUpdate: number;
  readonly waitingSince: number | null;
  readonly attempts: number;
  readonly error: string;
  readonly leases: readonly string[];
  readonly moreLeases: number;
}

export interface Rows {
  readonly resources: readonly Row[];
  readonly after: string | null;
}

export interface Story {
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly owner: string;
  readonly heldBy: string | null;
  readonly lastUpdate: number;
  readonly expiration: number | null;
  readonly hold: { readonly at: number; readonly until: number; readonly reason: string } | null;
  readonly userDataEntries: number;
  readonly work: {
    readonly phase: string | null;
    readonly cycle: number;
    readonly claimedUntil: number | null;
    readonly dueAt: number | null;
    readonly notBefore: number;
    readonly constructingSince: number | null;
    readonly awaitsSlot: boolean;
    readonly doomed: boolean;
    readonly attempts: number;
    readonly crashes: number;
    readonly lastError: { readonly at: number; readonly phase: string; readonly message: string } | null;
    readonly quarantine: {
      readonly at: number;
      readonly reason: string;
      readonly keepUntil: number | null;
      readonly suspect: boolean;
    } | null;
    readonly failures: readonly string[];
    readonly history: readonly { readonly at: number; readonly what: string }[];
    readonly leases: readonly { readonly type: string; readonly name: string }[];
    readonly waitingSince: number | null;
  } | null;
}

export interface Samples {
  readonly type: string;
  readonly at: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export interface Session {
  readonly title: string;
  readonly actions: boolean;
  readonly userData: boolean;
  readonly refreshMs: number;
  readonly token: string;
  readonly caller: string | null;
  readonly seesDeadLetters: boolean;
}

export type Order =
  | { readonly order: 'retry'; readonly name: string }
  | { readonly order: 'hold'; readonly name: string; readonly forMs: number; readonly reason: string }
  | { readonly order: 'release'; readonly name: string; readonly to: 'free' | 'dirty' }
  | { readonly order: 'pause'; readonly type: string; readonly reason: string }
  | { readonly order: 'resume'; readonly type: string };

/** Where the page is: each of it stands in the URL. */
export type Place = Readonly<Partial<Record<'type' | 'state' | 'phase' | 'q' | 'after' | 'name', string>>>;

declare global {
  interface Window {
    readonly uPlot: typeof uPlot;
  }
}
