import * as z from 'zod';

import type { Json } from '../../ledger/records.ts';
import type { Item } from './items.ts';

const itemSchema = z.object({
  /** Where it is being made. Saved before it is ordered, so that no two runs order it in two zones. */
  zone: z.string().nullable(),
  /** The operation that makes it, if a run of this attempt has seen it begin. */
  operation: z.string().nullable(),
  /** When it was ordered there, in ms since the epoch. */
  orderedAt: z.number().nullable(),
  /** Since when this attempt sees it on its way to be ready, in ms since the epoch; null: it does not. */
  makingSince: z.number().nullable().default(null),
  /** Zone or region → why it is of no use. */
  failed: z.record(z.string(), z.string()),
});
const progressSchema = z.object({
  /** When this attempt began, in ms since the epoch. */
  since: z.number(),
  /** How many runs on end Google was too busy for. */
  busy: z.number(),
  items: z.record(z.string(), itemSchema).default({}),
});

/** What a run knows that can't be seen outside, as it changes in the course of the run. It is the checkpoint. */
export type Progress = z.infer<typeof progressSchema>;
export type ItemProgress = z.infer<typeof itemSchema>;

/** What the run before has left: null in the first run of an attempt, or if it can't be read. */
export function savedProgress(checkpoint: Json): Progress | null {
  const { success, data } = progressSchema.safeParse(checkpoint);
  return success ? data : null;
}

export const newProgress = (now: number): Progress => ({ since: now, busy: 0, items: {} });

/** What is known of an item, kept in `progress`. */
export function progressOfItem(progress: Progress, item: Item): ItemProgress {
  return (progress.items[item.id] ??= {
    zone: item.zone,
    operation: null,
    orderedAt: null,
    makingSince: null,
    failed: {},
  });
}

/** Notes why a zone, or a region, is of no use for an item. */
export function noteFailure(known: ItemProgress, place: string, reason: string): void {
  known.failed[place] ??= reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}

/** Checkpoints and messages hold one for each zone. */
const LONGEST_REASON = 160;

export const toCheckpoint = (progress: Progress): Json => progress;
