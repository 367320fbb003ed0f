import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import { finish } from './finish.ts';
import { pastOf } from './pool.ts';
import { releaseAs } from './release.ts';
import type { Moment, Past } from './work.ts';

/**
 * The state in which the server that lends it is to get it back; null: it is to be kept, or nobody lends it. Whatever takes
 * Mason's hands off it makes its loan due at once (see releaseAs).
 */
export function toTell(record: ResourceRecord): string | null {
  const { loan, owner, work, state } = record;
  if (loan === null || owner !== '' || work?.phase != null || isInStock(record)) return null;
  return state === STATE.returned ? STATE.free : state;
}

/** Lent for somebody's needs, and nobody has been granted it yet. */
export const isInStock = ({ loan, owner, heldBy, state }: ResourceRecord): boolean =>
  loan?.kind === 'stock' && state === STATE.free && owner === '' && heldBy === null;

/** The server hears of it now: when it is to hear of it next. */
export function putOffLoan(
  record: ResourceRecord,
  by: { readonly keepMs: number; readonly tellMs: number },
  { at }: Moment,
): ResourceRecord | null {
  const { loan } = record;
  if (loan === null || loan.dueAt > at) return null;
  return { ...record, loan: { ...loan, dueAt: at + (toTell(record) === null ? by.keepMs : by.tellMs) } };
}

export type EndOfLoan =
  | { readonly kind: 'keep'; readonly record: ResourceRecord }
  /** Nothing of it is left to know but its counters. */
  | { readonly kind: 'forget'; readonly past: Past | null };

/**
 * What becomes of a record whose loan is over: of a virtual resource this ledger goes on knowing what was built.
 * @returns null: the loan is another by now, or Mason works on it
 */
export function endLoan(record: ResourceRecord | null, owner: string): EndOfLoan | null {
  if (record?.loan?.owner !== owner || record.work?.phase != null) return null;
  if (record.state === STATE.tombstone) return { kind: 'forget', past: pastOf(record) };
  // What counts against a resource is remembered, whoever has it meanwhile.
  const isClear = (record.work?.failures ?? []).length === 0;
  if (isClear && (record.loan.kind === 'stock' || record.state === STATE.dirty))
    return { kind: 'forget', past: countersOf(record) };
  // For whom it was lent has lost it: it must not pass for one of his leases any more.
  const over = { state: STATE.returned, owner: '', heldBy: null, loan: null };
  return { kind: 'keep', record: { ...record, ...over } };
}

/** Unlike in a pool a dynamic name may come again: the resource lives on where it was lent. */
const countersOf = ({ work }: ResourceRecord): Past | null =>
  work === null ? null : { cycle: work.cycle, token: work.token };

/**
 * It is not ours any more. What it was built of stays in the books, so that it can be destroyed should it come back; what
 * it leases goes back.
 *
 * @param leased the records of its leases that still exist
 * @returns null: the loan is over already
 */
export function disown(
  record: WorkRecord,
  leased: readonly ResourceRecord[],
  moment: Moment,
): { readonly record: WorkRecord; readonly returned: readonly ResourceRecord[] } | null {
  if (record.loan === null) return null;
  const end = { state: STATE.returned, lifespanMs: null, what: 'no longer ours' };
  return {
    record: { ...finish(record, end, moment), loan: null },
    returned: returnLent(record, leased, moment),
  };
}

/** What another server lends for this one's needs, on its way back. */
export const returnLent = (
  { name }: ResourceRecord,
  leased: readonly ResourceRecord[],
  moment: Moment,
): ResourceRecord[] =>
  leased
    .filter(({ heldBy, loan }) => heldBy === name && loan !== null)
    .map((physical) => releaseAs(physical, STATE.dirty, { ...moment, lifespanMs: null }));

/** Stock that nobody needs, on its way back. @returns null: it was granted meanwhile, or the loan is another */
export function surrender(
  record: ResourceRecord | null,
  owner: string,
  moment: Moment,
): ResourceRecord | null {
  if (record?.loan?.owner !== owner || !isInStock(record)) return null;
  return releaseAs(record, STATE.returned, { ...moment, lifespanMs: null });
}

/** By which config a member was built that was given back; null: by none, or it is elsewhere. */
export const returnedBuilt = ({ state, loan, work }: ResourceRecord): string | null =>
  state === STATE.returned && loan === null && work?.phase == null ? (work?.builtBy ?? null) : null;
