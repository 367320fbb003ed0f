import type { Google } from '../google/callGoogle.ts';
import type { Progress } from '../google/operation.ts';
import type { ItemKind } from './items.ts';

/** Where a cluster or VM is. */
export interface Place {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

/** A cluster or VM that there is. */
export interface Thing extends Place {
  readonly kind: ItemKind;
  /** going: it is being deleted, or has to be made anew after it is. */
  readonly state: 'making' | 'ready' | 'broken' | 'going';
  /** Google's word for the state, and what it says of it. */
  readonly status: string;
  /** In ms since the epoch; 0 if unknown. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a cluster: where its API is, and by what it is known. */
  readonly endpoint?: { readonly address: string; readonly certificate: string };
}

/** Everything that differs between clusters and VMs. */
export interface Kind<Spec> {
  /** Null: there is none (yet: what was just ordered may show late). */
  look(google: Google, place: Place): Promise<Thing | null>;
  /** `isWhole` is false where there may be more. */
  list(
    google: Google,
    project: string,
  ): Promise<{ readonly things: readonly Thing[]; readonly isWhole: boolean }>;
  /**
   * Orders one.
   * @returns the operation's name
   */
  create(google: Google, place: Place, order: Order<Spec>): Promise<string>;
  progress(google: Google, operation: Place & { readonly operation: string }): Promise<Progress>;
  delete(google: Google, place: Place): Promise<void>;
}

export interface Order<Spec> {
  readonly spec: Spec;
  readonly labels: Readonly<Record<string, string>>;
}

/** An RFC 3339 time as ms since the epoch; 0 if it is none. */
export const timeOf = (text: string): number => Date.parse(text) || 0;
