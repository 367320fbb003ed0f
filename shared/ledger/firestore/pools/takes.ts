import type { TakeOrder, Wake } from '../../port.ts';
import { STATE, type ResourceRecord } from '../../records.ts';
import { isBuilt, wakeOf } from '../../transitions/work.ts';
import { isPaused, type TypeRecord } from '../../typeRecord.ts';
import { changeEach } from '../changeEach.ts';
import { resources, SHELF, shelfOf } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { shelved } from '../queries.ts';
import { takeOne, type Taking } from './takeOne.ts';

export async function takeDirty(parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> {
  const spec = await typeOf(parts, order);
  if (spec?.managed !== true || isPaused(spec)) return [];
  // A bare one is free though nothing is built: its type was a physical one until now.
  const shelves = [STATE.dirty, STATE.toBeDeleted, SHELF.bare];
  return takeShelved(parts, { order, shelves, doomed: spec.removed, taskOf: () => 'recycle' });
}

export async function takeForJanitor(parts: LedgerParts, order: TakeOrder): Promise<readonly Wake[]> {
  const spec = await typeOf(parts, order);
  if (spec === null || spec.managed || isPaused(spec)) return [];
  // Another Mason builds them: it knows what is to be destroyed.
  if (spec.config !== null && !spec.removed) return [];
  // Without a cleaner of ours, dirty ones belong to somebody else's janitor; to bury the dead is ours in any case. A
  // built one's type was a virtual one until now.
  const dirty = spec.settings.janitor === null ? [] : [STATE.dirty];
  const shelves = [...dirty, STATE.toBeDeleted, SHELF.built];
  const taskOf = (record: ResourceRecord): Taking['task'] => (isBuilt(record) ? 'recycle' : 'janitor');
  return takeShelved(parts, { order, shelves, doomed: false, taskOf });
}

interface Shelves {
  readonly order: TakeOrder;
  readonly shelves: readonly string[];
  readonly doomed: boolean;
  readonly taskOf: (record: ResourceRecord) => Taking['task'];
}

async function takeShelved(
  { store }: LedgerParts,
  { order, shelves, doomed, taskOf }: Shelves,
): Promise<readonly Wake[]> {
  const taken = await changeEach(store, {
    limit: order.limit,
    find: (session, sought) => session.find(resources, shelved(order.type, shelves, sought)),
    become: (record, moment) =>
      shelves.includes(shelfOf(record) ?? '')
        ? takeOne(record, { order, task: taskOf(record), reason: record.state, doomed }, moment)
        : null,
  });
  return taken.map((record) => wakeOf(record, record.work.phase ?? 'recycle'));
}

const typeOf = ({ store, types }: LedgerParts, { type }: TakeOrder): Promise<TypeRecord | null> =>
  store.look((session) => types.get(session, type));
