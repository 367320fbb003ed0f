import type { GivenBack, TakeOrder } from '../port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import { isPaused, type TypeRecord } from '../typeRecord.ts';
import { SHELF, shelfOf } from './shelf.ts';
import { TAKEN_STATES } from './states.ts';
import { take, type Taking } from './take.ts';
import { isBuilt, type Moment } from './work.ts';

/** What Mason takes of a type, unasked, once nobody has it. */
export interface Takes {
  /** Where it finds them. */
  readonly shelves: readonly string[];
  /** Whether all are to end in a tombstone. */
  readonly doomed: boolean;
  readonly taskOf: (record: ResourceRecord) => Taking['task'];
}

/** Null: they are not recycle's. */
export function takesForRecycle(spec: TypeRecord | null): Takes | null {
  if (spec?.managed !== true || isPaused(spec)) return null;
  // A bare one is free though nothing is built: its type was a physical one until now.
  const shelves = [STATE.dirty, STATE.toBeDeleted, SHELF.bare];
  return { shelves, doomed: spec.removed, taskOf: () => 'recycle' };
}

/** Null: they are not the janitor's. */
export function takesForJanitor(spec: TypeRecord | null): Takes | null {
  if (spec === null || spec.managed || isPaused(spec)) return null;
  // Another Mason builds them: it knows what is to be destroyed.
  if (spec.config !== null && !spec.removed) return null;
  // Without a cleaner of ours, dirty ones belong to somebody else's janitor; to bury the dead is ours in any case. A
  // built one's type was a virtual one until now.
  const dirty = spec.settings.janitor === null ? [] : [STATE.dirty];
  return {
    shelves: [...dirty, STATE.toBeDeleted, SHELF.built],
    doomed: false,
    taskOf: (record) => (isBuilt(record) ? 'recycle' : 'janitor'),
  };
}

type Order = Pick<TakeOrder, 'newOwner' | 'graceMs'>;

/** @returns what it becomes; null: it is left as it is */
export function takeBy(
  takes: Takes,
  { record, order }: { readonly record: ResourceRecord; readonly order: Order },
  moment: Moment,
): WorkRecord | null {
  return takes.shelves.includes(shelfOf(record) ?? '')
    ? takeOne(
        record,
        { order, task: takes.taskOf(record), reason: record.state, doomed: takes.doomed },
        moment,
      )
    : null;
}

/** Mason takes a resource that nobody has. */
export function takeOne(
  record: ResourceRecord,
  how: Omit<Taking, 'owner' | 'graceMs'> & { readonly order: Order },
  moment: Moment,
): WorkRecord {
  const { order, task, reason } = how;
  const doomed = how.doomed || record.state === STATE.toBeDeleted;
  const { graceMs } = order;
  return take(record, { task, owner: order.newOwner(), graceMs, reason, doomed }, moment);
}

// ---- what was given back just now

/** Of these records what might be taken up: whether it is, its type says. */
export const givenBackIn = (records: readonly ResourceRecord[]): readonly GivenBack[] =>
  records
    .filter((record) => TAKEN_STATES.includes(shelfOf(record) ?? ''))
    .map(({ name, type, state, lastUpdate }) => ({ name, type, state, lastUpdate }));

/** Whether it is taken up at once, if nobody touches it before. */
export const isTakenUp = ({ state }: GivenBack, spec: TypeRecord | null): boolean =>
  TAKEN_STATES.includes(state) && takesOf(spec)?.shelves.includes(state) === true;

/**
 * Takes it as its type's next look would: a tick's, which finds what is lost here.
 *
 * @param record as it is now
 * @returns null: it is left as it is, since its type or somebody who came before wants that
 */
export function takeGivenBack(
  record: ResourceRecord | null,
  {
    given,
    spec,
    order,
  }: { readonly given: GivenBack; readonly spec: TypeRecord | null; readonly order: Order },
  moment: Moment,
): WorkRecord | null {
  const takes = takesOf(spec);
  if (record === null || takes === null || record.type !== spec?.type) return null;
  const isAsGiven = TAKEN_STATES.includes(record.state) && record.lastUpdate <= given.lastUpdate;
  return isAsGiven ? takeBy(takes, { record, order }, moment) : null;
}

const takesOf = (spec: TypeRecord | null): Takes | null => takesForRecycle(spec) ?? takesForJanitor(spec);
