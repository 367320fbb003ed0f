import { STATE } from '../../ledger/records.ts';
import type { TypeRecord } from '../../ledger/typeRecord.ts';
import { isOurs } from './confirm.ts';
import { giveBackParked } from './giveBackParked.ts';
import { hasWork } from '../../ledger/transitions/work.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';
import { unowned } from './unowned.ts';

/** States looked into in one tick: each costs a call, and every free virtual resource has parked something under its name. */
const LOOKED_AT = 10;

/**
 * What is parked under the name of a virtual resource that the server no longer has goes back dirty, and so does what came
 * there late: under the name of one that only waits. A state is taken for such a name only if it has the form that the server
 * gives, or the ledger once held it; any other unknown state is left alone, for people.
 */
export async function giveBackOrphans(parts: HttpParts, { type, state }: TypeRecord): Promise<void> {
  const { client, random } = parts;
  const { states } = await unowned(client, type);
  const known: readonly string[] = [state, ...Object.values(STATE)];
  const unknown = states.filter((name) => !known.includes(name));
  const first = Math.floor(random() * unknown.length);
  const turn = [...unknown.slice(first), ...unknown.slice(0, first)].slice(0, LOOKED_AT);
  for (const parkedFor of turn) {
    await giveBackParked(parts, { type, parkedFor, mayGoOn: () => holdsNothing(parts, parkedFor) });
  }
}

/** The names that the original gives to dynamic resources. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** It is gone; or it waits for its needs, and what is parked for it came after its recycle and may be just what it lacks. */
async function holdsNothing(parts: HttpParts, name: string): Promise<boolean> {
  const { client, ledger, newOwner } = parts;
  const record = await ledger.views.record(name);
  // Lost since, another Mason may have built it of what is parked there.
  if (hasWork(record) && record.work.phase === 'fulfill') return isOurs(parts, record);
  const isName = UUID.test(name) || record !== null;
  if (!isName) return false;
  const asked = await client.update({ name, state: STATE.free, owner: newOwner() });
  return (await sure(parts, asked)) === 'notFound';
}
