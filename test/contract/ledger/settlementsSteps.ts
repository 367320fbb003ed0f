import { LONG_MS, physical, virtual, type World } from './world.ts';

/** A built cluster `c` with a project and two disks. */
export async function built(world: World): Promise<void> {
  await world.configure(
    physical('project', ['p1', 'p2']),
    physical('disk', ['d1', 'd2', 'd3']),
    virtual('cluster', ['c'], { needs: { project: 1, disk: 2 }, lifespanMs: LONG_MS }),
  );
  await world.bring('c', 'done');
}

export const leasedBy = async (world: World, name: string): Promise<string[]> =>
  (await world.work(name)).work.leases.map((lease) => lease.name);

export const acquire = (world: World, type: string, change = {}) =>
  world.ledger.users.acquire({
    type,
    state: 'free',
    dest: 'busy',
    owner: 'alice',
    requestId: '',
    requestTtlMs: 30_000,
    newName: world.order().newName,
    ahead: null,
    ...change,
  });
