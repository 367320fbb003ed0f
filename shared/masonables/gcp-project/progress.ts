import * as z from 'zod';

import type { Json } from '../../ledger/records.ts';
import type { Survey } from './survey.ts';
import type { Thing } from './thing.ts';

const orderSchema = z.object({
  /** The operation that deletes it; null if it is over, or was refused. */
  operation: z.string().nullable(),
  /** Why it is not gone yet, as Google says. */
  refused: z.string().nullable(),
});
const progressSchema = z.object({
  /** When this attempt began, in ms since the epoch. */
  since: z.number(),
  /** How many runs on end Google was too busy for. */
  busy: z.number(),
  /** How many things were left, and since when it has been as many, in ms since the epoch. */
  left: z.number(),
  unchangedSince: z.number(),
  /** When something was seen last that had to go, in ms since the epoch. */
  seenAt: z.number(),
  /** Since when no look has told of everything, in ms since the epoch; null: the last one has. */
  silentSince: z.number().nullable().default(null),
  /** Path → its deletion. */
  orders: z.record(z.string(), orderSchema),
});

/** What a run knows that can't be seen in the project. It is the checkpoint; without it only time is lost. */
export type Progress = z.infer<typeof progressSchema>;
export type Order = z.infer<typeof orderSchema>;

export function savedProgress(checkpoint: Json): Progress | null {
  const { success, data } = progressSchema.safeParse(checkpoint);
  return success ? data : null;
}

export const newProgress = (now: number): Progress => ({
  since: now,
  busy: 0,
  left: 0,
  unchangedSince: now,
  seenAt: now,
  silentSince: null,
  orders: {},
});

/** What is known of a thing's deletion, kept in `progress`. */
export const orderFor = ({ orders }: Progress, { path }: Thing): Order =>
  (orders[path] ??= { operation: null, refused: null });

/** Notes what a look has found. As long as how much is left changes, the attempt goes on. */
export function noteLook(
  progress: Progress,
  { left, silent }: { readonly left: readonly Thing[]; readonly silent: Survey['silent'] },
  now: number,
): void {
  progress.silentSince = silent.length === 0 ? null : (progress.silentSince ?? now);
  if (left.length > 0) progress.seenAt = now;
  if (left.length === progress.left) return;
  progress.left = left.length;
  progress.unchangedSince = now;
}

/** A run's knowledge of more than these is not worth its place in the ledger: they are just ordered again. */
const MOST_ORDERS = 300;
const LONGEST_REFUSAL = 300;

/** The checkpoint: what is known of the things that are left. */
export function toCheckpoint(progress: Progress, left: readonly Thing[]): Json {
  const orders = left
    .flatMap(({ path }) => {
      const order = progress.orders[path];
      return order === undefined ? [] : [[path, shortened(order)] as const];
    })
    .slice(0, MOST_ORDERS);
  return { ...progress, orders: Object.fromEntries(orders) };
}

const shortened = (order: Order): Order => ({
  ...order,
  refused: order.refused?.slice(0, LONGEST_REFUSAL) ?? null,
});
