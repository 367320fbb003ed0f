import { STATE } from '../ledger/records.ts';
import type { Held, Released } from './lease.ts';
import { lost } from './lost.ts';
import type { Persistence } from './wire/persist.ts';
import type { Wire } from './wire/wire.ts';

/**
 * Gives back a resource and what it is made of, so that whatever ends it on its way, the next try can go on.
 *
 * What it is made of goes first, and back to where it was: under the name of the virtual one. So Mason tears down what it
 * built before anybody else gets what it stands on (released dirty at once, a project could be cleaned and handed on with a
 * cluster still in it); and one released as free is as good as never taken. The virtual one goes last, for it tells what is
 * still to be given back.
 *
 * @throws MasonError LEASE_LOST, NOT_FOUND if it is not the caller's, after what it is made of was given back all the same
 */
export async function giveBack(wire: Wire, held: Held, { dest, by }: GivingBack): Promise<Released> {
  const { name, owner } = held;
  // Nobody would find it under the name of one that somebody else has by now.
  const loss = held.leased.length === 0 ? null : await lossOf(wire, held, by);
  const leased: string[] = [];
  const missing: string[] = [];
  for (const part of held.leased) {
    const to = { name: part.name, dest: loss === null ? name : STATE.dirty, owner };
    const touched = await wire.release(to, by);
    (touched.kind === 'done' ? leased : missing).push(part.name);
  }
  if (loss !== null) throw loss;
  const state = dest === STATE.free && missing.length > 0 ? STATE.dirty : dest;
  const touched = await wire.release({ name, dest: state, owner }, by);
  if (touched.kind !== 'done') throw lost(held, touched);
  return { name, state, leased, missing, complete: true };
}

interface GivingBack {
  /** The state that it gets. Free it becomes only as a whole, else dirty. */
  readonly dest: string;
  readonly by: Persistence;
}

async function lossOf(wire: Wire, { name, state, owner }: Held, by: Persistence): Promise<Error | null> {
  const touched = await wire.update({ name, state, owner }, by);
  return touched.kind === 'done' || touched.kind === 'otherState' ? null : lost({ name, owner }, touched);
}
