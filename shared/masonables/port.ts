import type { ZodType } from 'zod';

import type { Json, UserData } from '../ledger/records.ts';

/** A resource as a Masonable sees it. */
export interface MasonableResource {
  readonly type: string;
  readonly name: string;
  readonly userData: UserData;
}

/** What the virtual resource holds: needed type → the leased physical resources, as many as it needs. */
export type LeasedResources = Readonly<Record<string, readonly MasonableResource[]>>;

/** What a run offers to the Masonable that it calls. */
export interface RunContext {
  /** One round from dirty to free, counted per resource: name + cycle + item names whatever is made outside. */
  readonly cycle: number;
  /** Fencing token of this run. Put it in a label only: a resumed run has another one. */
  readonly token: number;
  /** What the run before this one returned with "not yet"; null in the first run of an attempt. */
  readonly checkpoint: Json;
  /** Aborted when the run may write nothing any more: stop at once and leave no process behind. */
  readonly signal: AbortSignal;
  /** Milliseconds until `signal` aborts for want of time. */
  remainingMs(): number;
}

/** `done: false` asks for another run in `againInMs` milliseconds, which finds `checkpoint` in its context. */
export interface NotYet {
  readonly done: false;
  readonly checkpoint: Json;
  readonly againInMs: number;
}
export type Construction = { readonly done: true; readonly userData: UserData } | NotYet;
export type Destruction = { readonly done: true } | NotYet;

/**
 * Turns leased physical resources into a virtual one, and back. Each call may be a repeat: a run can be killed at any
 * await and is then run again, so make by name (see RunContext.cycle) and take up what is already there. A throw is a
 * failed attempt; its message is shown to people, so say in it what to do.
 */
export interface Masonable {
  /** Resolves with the user data that the user of the virtual resource gets. */
  construct(resource: MasonableResource, leased: LeasedResources, context: RunContext): Promise<Construction>;
  /**
   * Deletes what `construct` made in earlier cycles, finished or not. Without it there is nothing to delete.
   * @param leased those that it still has: none after a long quarantine, whose leases went back and are clean
   */
  destroy?(resource: MasonableResource, leased: LeasedResources, context: RunContext): Promise<Destruction>;
}

/** Makes a dirty physical resource clean. The same rules as for a Masonable hold. */
export interface Cleaner {
  clean(resource: MasonableResource, context: RunContext): Promise<Destruction>;
}

/** How the `content` of a `config.type` (or the settings of a janitor type) becomes the thing that it describes. */
export interface Converter<Content, Made> {
  /** Checked when the config is read, so that a fault is reported with its place in the file. */
  readonly content: ZodType<Content>;
  convert(content: Content): Made;
}
export type ConfigConverter<Content> = Converter<Content, Masonable>;
export type CleanerConverter<Content> = Converter<Content, Cleaner>;

export const constructed = (userData: UserData): Construction => ({ done: true, userData });
export const destroyed: Destruction = { done: true };
export const notYet = (checkpoint: Json, againInMs: number): NotYet => ({
  done: false,
  checkpoint,
  againInMs,
});
