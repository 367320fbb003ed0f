import { LEASED_RESOURCES, STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { EndedHold, HoldOrder, HoldRefusal } from '../port.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { isFree } from './grantable.ts';
import { returnLeases } from './returnLeases.ts';
import { givenBackIn } from './takes.ts';
import { release } from './users.ts';
import { hasWork, signed, withHistory, withWork, type Moment } from './work.ts';

/** Whose a free resource is while a person holds it: nobody who calls himself so may give it back (see isUsers). */
export const HOLD_OWNER = 'mason-hold';

/** A person sets the resource aside; one that he holds already, for so long from now on. */
export function beginHold(
  record: ResourceRecord | null,
  { forMs, reason, by }: HoldOrder,
  { at }: Moment,
): ResourceRecord | HoldRefusal {
  if (record === null) return 'unknown';
  const hold = { at, until: at + forMs, reason };
  if (record.hold !== null || isInQuarantine(record))
    return noted({ ...record, hold }, at, `held${signed(by)}`);
  if (!isFree(record) || record.heldBy !== null) return 'notFree';
  const held = { ...record, state: STATE.held, owner: HOLD_OWNER, lastUpdate: at, expiration: null, hold };
  return noted(held, at, `held by ${by ?? 'a person'}${reason === '' ? '' : `: ${reason}`}`);
}

export interface HoldSight {
  readonly record: ResourceRecord;
  readonly spec: TypeRecord | null;
  /** The records of its leases that still exist. */
  readonly leased: readonly ResourceRecord[];
}

export interface HoldEnd {
  /** The held one first. */
  readonly puts: readonly [ResourceRecord, ...ResourceRecord[]];
  /** Names of what one in quarantine gave back. */
  readonly returned: readonly string[];
}

/** As whoever ended it hears of it, once it is written. */
export const endedHold = ({ puts, returned }: HoldEnd): EndedHold => ({
  record: puts[0],
  returned,
  givenBack: givenBackIn(puts),
});

/** When (ms since the epoch) sync is to look at it; null: nobody holds it, and no leases are kept in quarantine. */
export const holdEndsAt = ({ hold, work }: ResourceRecord): number | null =>
  hold?.until ?? work?.quarantine?.keepUntil ?? null;

/** The time of the hold is over, or that for which one in quarantine keeps its leases. @returns null: not yet */
export function endDueHold(sight: HoldSight, moment: Moment): HoldEnd | null {
  const { record } = sight;
  if ((holdEndsAt(record) ?? Infinity) > moment.at) return null;
  if (!isInQuarantine(record)) return endFreeHold(sight, STATE.free, moment);
  const isKept = (record.work.quarantine?.keepUntil ?? Infinity) > moment.at;
  return isKept ? unheld(record, moment) : giveUpLeases({ ...sight, record }, moment);
}

/**
 * A person has seen enough of it. One in quarantine stays there, without its leases.
 * @param to what a free one becomes
 */
export function releaseHeld(
  sight: HoldSight | null,
  order: { readonly to: typeof STATE.free | typeof STATE.dirty; readonly by?: string | undefined },
  moment: Moment,
): HoldEnd | HoldRefusal {
  if (sight === null) return 'unknown';
  const { record } = sight;
  if (holdEndsAt(record) === null) return 'notHeld';
  const told = { ...moment, by: order.by };
  if (!isInQuarantine(record)) return endFreeHold(sight, order.to, told);
  return record.work.leases.length === 0 ? unheld(record, told) : giveUpLeases({ ...sight, record }, told);
}

/** When a hold ends, and by whose order; nobody's: its time is over. */
type Ending = Moment & { readonly by?: string | undefined };

/** A virtual one of which a user took a part meanwhile goes dirty. */
function endFreeHold({ record, spec, leased }: HoldSight, to: string, moment: Ending): HoldEnd {
  const sight = { record, spec, leased, named: null, isPast: false };
  return {
    puts: [noted(release(sight, to, moment), moment.at, `no longer held${signed(moment.by)}`)],
    returned: [],
  };
}

const unheld = (record: WorkRecord, { at, by }: Ending): HoldEnd => ({
  puts: [noted({ ...record, hold: null }, at, `no longer held${signed(by)}`)],
  returned: [],
});

/** It stays in quarantine, where a person sees it. What it leased was cleaned when it is tried again: at recycle. */
function giveUpLeases(
  { record, spec, leased }: HoldSight & { readonly record: WorkRecord },
  moment: Ending,
): HoldEnd {
  const returned = returnLeases(record, { leased, spec }, moment);
  const { [LEASED_RESOURCES]: _, ...userData } = record.userData;
  const { cycle, quarantine } = record.work;
  const alone = withWork(
    { ...record, userData, hold: null },
    {
      phase: 'recycle',
      cycle: cycle + 1,
      leases: [],
      failedCycle: null,
      checkpoint: null,
      quarantine: quarantine && { ...quarantine, keepUntil: null },
    },
  );
  const told = withHistory(alone, moment.at, `its leases went back${signed(moment.by)}`);
  return { puts: [told, ...returned], returned: returned.map(({ name }) => name) };
}

const isInQuarantine = (record: ResourceRecord): record is WorkRecord =>
  hasWork(record) && record.work.quarantine !== null;

const noted = (record: ResourceRecord, at: number, what: string): ResourceRecord =>
  hasWork(record) ? withHistory(record, at, what) : record;
