import type { ResourceRecord, Work } from '../../ledger/records.ts';
import type { Story } from '../wire.ts';

/**
 * @param withUserData only where the caller asked for it: it may hold credentials. Checkpoints and the user data of
 *   leases may, too, and are left out in any case
 */
export function tellStory(record: ResourceRecord, withUserData: boolean): Story {
  const { name, type, state, heldBy, userData, work, hold } = record;
  return {
    name,
    type,
    state,
    owner: record.owner,
    heldBy,
    lastUpdate: iso(record.lastUpdate),
    expiration: isoOrNull(record.expiration),
    userDataKeys: Object.keys(userData),
    userData: withUserData ? userData : null,
    hold: hold && { ...hold, at: iso(hold.at), until: iso(hold.until) },
    work: work === null ? null : tellWork(work),
  };
}

function tellWork(work: Work): NonNullable<Story['work']> {
  const { lastError, quarantine } = work;
  return {
    phase: work.phase,
    cycle: work.cycle,
    leases: work.leases.map(({ type, name }) => ({ type, name })),
    claimedUntil: isoOrNull(work.claimedUntil),
    dueAt: isoOrNull(work.dueAt),
    waitingSince: isoOrNull(work.queue?.since ?? null),
    constructingSince: isoOrNull(work.constructingSince),
    awaitsSlot: work.awaitsSlot,
    doomed: work.doomed,
    attempts: work.attempts,
    crashes: work.crashes,
    lastError: lastError && { ...lastError, at: iso(lastError.at) },
    quarantine: quarantine && {
      ...quarantine,
      at: iso(quarantine.at),
      keepUntil: isoOrNull(quarantine.keepUntil),
    },
    failures: work.failures,
    history: work.history.map(({ at, what }) => ({ at: iso(at), what })),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
