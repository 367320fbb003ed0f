import type { Component } from '../typeRecord.ts';
import type { Wake } from './wake.ts';

// Who waits, and the one matcher per component that decides.

export interface MatcherClaim {
  readonly component: string;
  readonly token: number;
  /** The bump that this claim has seen. */
  readonly bump: number;
  /** What the matcher before this one left for it; what the numbers mean is the matcher's own (mason/drySpells). */
  readonly memory: Readonly<Record<string, number>>;
}

/** Somebody in line: a virtual resource, or a user's request for one free resource. */
export type Waiter =
  | {
      readonly kind: 'virtual';
      readonly name: string;
      readonly since: number;
      readonly token: number;
      readonly patienceMs: number;
      readonly needs: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'request';
      readonly name: string;
      readonly since: number;
      readonly needs: Readonly<Record<string, number>>;
    };

export interface FreeResource {
  readonly name: string;
  readonly lastUpdate: number;
}

export interface Grant {
  readonly name: string;
  readonly token: number;
  readonly resources: readonly string[];
}

export type Granted =
  /** `resources`: names of what it got. */
  | { readonly kind: 'granted'; readonly wake: Wake; readonly resources: readonly string[] }
  /** A run has the waiter at this moment and looks for itself when it is done; or it doesn't wait (any more) for this. */
  | { readonly kind: 'busy' }
  /** One of the resources is no longer free: look again. */
  | { readonly kind: 'taken' };

export interface Queue {
  /** Null: another matcher holds it; it has been told to look again. */
  claimMatcher(component: string, holdMs: number): Promise<MatcherClaim | null>;
  /** What the last matcher left for the next; null: one is at work. */
  recall(component: string): Promise<Readonly<Record<string, number>> | null>;
  /** Up to `limit` waiters after `after` (exclusive), in the order in which they began to wait. */
  waiters(
    component: Component,
    page: {
      readonly after: { readonly since: number; readonly name: string } | null;
      readonly limit: number;
    },
  ): Promise<readonly Waiter[]>;
  /** For each physical type, up to `limit` free unowned resources, the longest unchanged first. */
  supply(
    component: Component,
    limit: number,
  ): Promise<{ readonly at: number; readonly free: Readonly<Record<string, readonly FreeResource[]>> }>;
  /**
   * Several grants in one commit, each whole or not at all: its resources are leased, its waiter is on its way to clean. It
   * ends with the first that is `taken`: whoever comes after
   * that must not get what it could have had instead.
   * @returns what became of each, in their order, up to that one
   */
  grantAll(grants: readonly Grant[], graceMs: number): Promise<readonly Granted[]>;
  /** @returns null: it is let go, or lost; else somebody asked for another look meanwhile, and the claim holds on. */
  releaseMatcher(claim: MatcherClaim, memory: Readonly<Record<string, number>>): Promise<MatcherClaim | null>;
}
