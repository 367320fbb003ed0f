import { STATE, type ResourceRecord } from '../../records.ts';
import { reapPolicy, type ReapDefaults, type ReapPolicy } from '../../transitions/reap.ts';
import { releaseAs } from '../../transitions/release.ts';
import type { Moment } from '../../transitions/work.ts';
import { changeEach } from '../changeEach.ts';
import { resources, restFields } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { heldByUsers, stray, strayIn } from '../queries.ts';
import type { Session } from '../store/session.ts';

export async function reap(
  { store, types }: LedgerParts,
  { type, by }: { readonly type: string; readonly by: ReapDefaults },
): Promise<readonly string[]> {
  const policy = reapPolicy(await store.look((session) => types.get(session, type)), by);
  const reaped = await changeEach(store, {
    find: async (session) => {
      const [vanished, left] = await Promise.all([
        findVanished(session, type, policy),
        findStray(session, type, policy),
      ]);
      return [...vanished, ...left];
    },
    become: (record, moment): ResourceRecord | null =>
      isLeft(record, policy, moment) ? releaseAs(record, STATE.dirty, { ...moment, lifespanMs: null }) : null,
  });
  return reaped.map(({ name }) => name);
}

function findVanished(
  session: Session,
  type: string,
  { ownedMs, states }: ReapPolicy,
): Promise<readonly ResourceRecord[]> {
  if (ownedMs === null || states.length === 0) return Promise.resolve([]);
  return session.find(resources, heldByUsers(type, states, session.moment.at - ownedMs));
}

/** A virtual resource in a state that nobody knows is left there; a physical one may be in its users' own state. */
function findStray(
  session: Session,
  type: string,
  { strayMs, states, isManaged }: ReapPolicy,
): Promise<readonly ResourceRecord[]> {
  const before = session.moment.at - strayMs;
  if (isManaged) return session.find(resources, stray(type, before));
  return states.length === 0 ? Promise.resolve([]) : session.find(resources, strayIn(type, states, before));
}

/** As it is by now, which may be otherwise than it was found. */
function isLeft(record: ResourceRecord, policy: ReapPolicy, { at }: Moment): boolean {
  const { ownedMs, strayMs, states, isManaged } = policy;
  const { userSince = Infinity, straySince = Infinity } = restFields(record);
  const isListed = states.includes(record.state);
  if (ownedMs !== null && isListed && userSince < at - ownedMs) return true;
  return (isListed || isManaged) && straySince < at - strayMs;
}
