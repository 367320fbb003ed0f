/**
 * What becomes of a member if a config is applied.
 *
 * - create: there is no such member yet
 * - build: it is free, and nothing was built of it yet: its type was a physical one
 * - rebuild: what was built by an old config is destroyed, and it goes round again
 * - clean: what was built of it is taken away, or it is cleaned: its type was a virtual one
 * - drain: it is not wanted any more, and goes when what it was is taken away
 * - delete: it is not wanted any more, and goes at once: there is nothing to take away
 */
export const STEPS = ['create', 'build', 'rebuild', 'clean', 'drain', 'delete'] as const;
export type Step = (typeof STEPS)[number];

export interface MemberStep {
  readonly name: string;
  readonly step: Step;
  /** What stands in the way; null: the next sync begins it. */
  readonly waitsFor: string | null;
}

/** What becomes of the members of one type. */
export interface PoolPlan {
  readonly type: string;
  /** What the config says otherwise than the one in force; empty: nothing. */
  readonly changes: readonly string[];
  /** How many members there are, how many are wanted at least and at most. */
  readonly members: number;
  readonly min: number;
  readonly max: number;
  /** Members that are made, of a dynamic type: only then do they get their names. */
  readonly unnamed: number;
  /** Members too much that can't go yet, of a dynamic type: which of them will go depends on who comes back first. */
  readonly surplus: number;
  /** All for which something is to be done, by name. */
  readonly steps: readonly MemberStep[];
  /** How many constructs this costs beyond those that are under way or due already. */
  readonly builds: number;
  /** How many destroys. */
  readonly destroys: number;
}

export interface ConfigPlan {
  /** Whether pools are kept at their size by this Mason, or by another server. */
  readonly keepsSizes: boolean;
  readonly pools: readonly PoolPlan[];
}
