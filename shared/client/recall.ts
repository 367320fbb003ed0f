import type { MasonError } from '../errors.ts';
import { STATE } from '../ledger/records.ts';
import { leasedNames } from '../ledger/records/leasedNames.ts';
import { giveBack } from './giveBack.ts';
import type { Held, Released } from './lease.ts';
import { lost } from './lost.ts';
import { takeByName } from './takeByName.ts';
import type { Persistence } from './wire/persist.ts';
import type { Wire } from './wire/wire.ts';

interface Named {
  readonly name: string;
  readonly owner: string;
}

export interface Recalled {
  /** In whose name it is held, if it is the caller's: his own, or one that `using` has made of it. */
  readonly owner: string;
  /** Null: the server doesn't tell, as the original. */
  readonly held: Held | null;
  /** Why it is not the caller's; null: it is. */
  readonly loss: MasonError | null;
}

/**
 * What is held under this name, for a caller who has only that.
 * @throws MasonError NOT_FOUND
 */
export async function recall(wire: Wire, { name, owner }: Named, by: Persistence): Promise<Recalled> {
  const shown = await wire.show(name, by);
  if (shown === 'notFound') throw lost({ name, owner }, { kind: 'notFound' });
  if (shown !== 'notTold') {
    const held = { ...shown, owner: ownerOf(shown.owner, owner) };
    return { owner: held.owner, held, loss: lossOf(shown, held.owner) };
  }
  // Who holds it is told to him who pretends to.
  const touched = await wire.update({ name, state: STATE.busy, owner }, by);
  if (touched.kind === 'notFound') throw lost({ name, owner }, touched);
  const holder = touched.kind === 'notOurs' ? touched.owner : owner;
  const own = ownerOf(holder, owner);
  return { owner: own, held: null, loss: lossOf({ name, owner: holder }, own) };
}

/** An owner that only one lease has: a late repeat of its release can't hit the next lease of the same caller. */
export const ownerOfLease = (owner: string, id: string): string => `${owner}/${id}`;

const ownerOf = (holder: string, caller: string): string =>
  holder.startsWith(`${caller}/`) ? holder : caller;

const lossOf = ({ name, owner: holder }: Named, owner: string): MasonError | null =>
  holder === owner ? null : lost({ name, owner }, { kind: 'notOurs', owner: holder });

/**
 * Gives back by its name a resource of which the server tells nothing but to who acquires it. So it is released dirty, as
 * it may stay from then on, and taken back: that tells what it is made of. Whoever cleans may come in between, a matter of
 * milliseconds; then what it is made of comes back when its lease expires.
 *
 * @throws MasonError LEASE_LOST, NOT_FOUND
 */
export async function giveBackUntold(
  wire: Wire,
  { name, owner, dest }: Named & { readonly dest: string },
  by: Persistence,
): Promise<Released> {
  const touched = await wire.release({ name, dest: STATE.dirty, owner }, by);
  if (touched.kind !== 'done') throw lost({ name, owner }, touched);
  const again = { name, state: STATE.dirty, dest: STATE.busy, owner };
  const resource = await takeByName(wire, again, by);
  if (resource === null) return { name, state: STATE.dirty, leased: [], missing: [], complete: false };
  const leased = (leasedNames(resource.userData) ?? []).map((part) => ({ name: part }));
  return giveBack(wire, { name, state: STATE.busy, owner, leased }, { dest, by });
}
