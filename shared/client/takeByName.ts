import type { Resource } from './lease.ts';
import type { Persistence } from './wire/persist.ts';
import type { Wire } from './wire/wire.ts';

/**
 * Takes one resource by its name and state.
 * @returns null if it is not there for the caller
 */
export async function takeByName(
  wire: Wire,
  wanted: { readonly name: string; readonly state: string; readonly dest: string; readonly owner: string },
  by: Persistence,
): Promise<Resource | null> {
  const { name, state, dest, owner } = wanted;
  for (;;) {
    const { resource, doubtful } = await wire.take(wanted, by);
    if (resource !== null || !doubtful) return resource;
    const touched = await wire.update({ name, state: dest, owner }, by);
    if (touched.kind !== 'done') return null;
    // It is ours, but what is told of it got lost on the way: once more.
    await wire.release({ name, dest: state, owner }, by);
  }
}
