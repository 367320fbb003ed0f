import * as z from 'zod';

import { STATE, recordSchema, type ResourceRecord, type Work } from '../../records.ts';
import { holdEndsAt } from '../../transitions/holds.ts';
import { isInStock, returnedBuilt } from '../../transitions/loans.ts';
import { keptRand } from '../../transitions/orphans.ts';
import { SHELF, shelfOf } from '../../transitions/shelf.ts';
import { SETTLED_STATES } from '../../transitions/states.ts';
import { parseDocument, parseJson } from '../../parseDocument.ts';
import type { Fields, FieldMap, Kind } from '../store/kind.ts';

/**
 * A resource. Beside the record itself, its document has fields that only exist where a query looks for them, so that
 * an idle pool is in no index that sync asks. What may hold any key or nesting (user data, checkpoints) is JSON, since
 * Firestore takes neither every key nor lists in lists.
 */
export const resources: Kind<ResourceRecord> = {
  collection: 'resources',
  encode: (record) => ({ ...ownFields(record), ...queryFields(record) }),
  decode: (fields, id) =>
    parseDocument(
      { ...fields, userData: parseJson(fields['userData']), work: decodedWork(fields['work']) },
      { schema: recordSchema, what: `the resource ${id}` },
    ),
};

function ownFields(record: ResourceRecord): Fields {
  const { work, userData, ...own } = record;
  return { ...own, userData: JSON.stringify(userData), work: work === null ? null : encodedWork(work) };
}

function encodedWork({ leases, checkpoint, history, failures, ...work }: Work): FieldMap {
  return {
    ...work,
    failures: [...failures],
    leases: leases.map(({ userData, ...lease }) => ({ ...lease, userData: JSON.stringify(userData) })),
    checkpoint: JSON.stringify(checkpoint),
    history: history.map((entry) => ({ ...entry })),
  };
}

const storedWork = z.looseObject({
  leases: z.array(z.looseObject({ userData: z.string() })),
  checkpoint: z.string(),
});

/** What isn't of that form is left for the record's schema to name. */
function decodedWork(stored: unknown): unknown {
  const parsed = storedWork.safeParse(stored);
  if (!parsed.success) return stored;
  const { leases, checkpoint, ...work } = parsed.data;
  return {
    ...work,
    leases: leases.map(({ userData, ...lease }) => ({ ...lease, userData: parseJson(userData) })),
    checkpoint: parseJson(checkpoint),
  };
}

// ---- fields for queries

function queryFields(record: ResourceRecord): Fields {
  return {
    ...workFields(record.work),
    ...slotFields(record),
    shelf: shelfOf(record),
    ...restFields(record),
    expiring: expiringOf(record),
    ready: isReady(record) || undefined,
    stock: isStock(record) || undefined,
    ...loanFields(record),
    holdEnds: holdEndsAt(record) ?? undefined,
    keptRand: keptRand(record) ?? undefined,
  };
}

function workFields(work: Work | null): Fields {
  const { phase, dueAt, queue, configHash, builtBy } = work ?? {};
  return {
    phase: phase ?? undefined,
    dueAt: dueAt ?? undefined,
    queueSince: queue?.since,
    configHash: configHash ?? undefined,
    builtBy: builtBy ?? undefined,
  };
}

/** Who has one of its type's construct slots, and who waits for one, each since when. */
function slotFields({ lastUpdate, work }: ResourceRecord): Fields {
  const held = work?.constructingSince ?? null;
  if (held !== null) return { slot: 'held', slotSince: held };
  return work?.awaitsSlot === true
    ? { slot: 'awaited', slotSince: lastUpdate }
    : { slot: undefined, slotSince: undefined };
}

interface RestFields {
  readonly builtFree: string | undefined;
  /** Milliseconds since the epoch. */
  readonly userSince: number | undefined;
  readonly straySince: number | undefined;
}

/** Where it stands when Mason does not work on it and no virtual resource holds it. */
export function restFields(record: ResourceRecord): RestFields {
  const { owner, heldBy, lastUpdate, state, work, hold } = record;
  const isAtRest = heldBy === null && work?.phase == null && hold === null;
  const isUnowned = owner === '';
  return {
    builtFree: shelfOf(record) === SHELF.built ? (record.work?.builtBy ?? undefined) : undefined,
    userSince: isAtRest && !isUnowned ? lastUpdate : undefined,
    straySince: isAtRest && isUnowned && !SETTLED_STATES.includes(state) ? lastUpdate : undefined,
  };
}

/** When its lifespan ends (ms since the epoch), if nobody uses it. */
export function expiringOf({ expiration, owner, heldBy, state, work }: ResourceRecord): number | undefined {
  const isOver = state === STATE.toBeDeleted || state === STATE.tombstone;
  const canExpire = owner === '' && heldBy === null && work?.phase == null && !isOver;
  return canExpire ? (expiration ?? undefined) : undefined;
}

function loanFields(record: ResourceRecord): Fields {
  return {
    loanDue: record.loan?.dueAt,
    lentStock: isInStock(record) ? record.loan?.since : undefined,
    returnedBuilt: returnedBuilt(record) ?? undefined,
  };
}

/** Free or in use: what counts when a pool is rebuilt. */
const isReady = ({ owner, heldBy, state, work }: ResourceRecord): boolean =>
  work?.phase == null && (owner !== '' || heldBy !== null || state === STATE.free);

/** Free, or on its way to be: dirty or being cleaned. */
const isStock = ({ owner, heldBy, state, work }: ResourceRecord): boolean =>
  heldBy === null &&
  ((work?.phase != null && state === STATE.cleaning) ||
    (owner === '' && (state === STATE.free || state === STATE.dirty)));
