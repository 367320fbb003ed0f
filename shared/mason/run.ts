import type { WorkRecord } from '../ledger/records.ts';
import type { TypeRecord } from '../ledger/typeRecord.ts';
import type { Json, UserData } from '../ledger/records.ts';
import type { RunContext } from '../masonables/port.ts';

/** One attempt at one phase: what the phase gets. */
export interface Run {
  readonly record: WorkRecord;
  /** The present config of its type. */
  readonly spec: TypeRecord;
  readonly context: RunContext;
}

/** What came of a run. A throw is not among them: it means that the message is to be delivered again. */
export type Outcome =
  | { readonly kind: 'recycled' }
  | { readonly kind: 'needsSupply' }
  | { readonly kind: 'constructed'; readonly userData: UserData }
  | { readonly kind: 'readyToFree' }
  | { readonly kind: 'cleaned' }
  | { readonly kind: 'notYet'; readonly checkpoint: Json; readonly againInMs: number }
  | { readonly kind: 'failed'; readonly message: string };

export type PhaseWork = (run: Run) => Promise<Outcome>;
