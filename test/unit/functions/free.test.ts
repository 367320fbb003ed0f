import { describe, expect, test } from '@jest/globals';

import { createWorld } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const NEEDY = { min: 1, needs: { project: 2, disk: 1 } };
const ONE = configOf(physical('project', 2), physical('disk', 1), virtual('cluster', NEEDY));
const LEASED = ['project-1', 'project-2', 'disk-1'];

describe('free', () => {
  test('parks each physical resource: released with the name of the virtual one as its state', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    for (const leased of LEASED) {
      expect(await world.member(leased)).toMatchObject({ state: name, owner: '', heldBy: name });
    }
  });

  test('releases the virtual one free: nobody owns it, no phase, nothing due, its leases kept', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { state, owner, expiration, work } = await world.only('cluster');
    expect({ state, owner, expiration }).toEqual({ state: 'free', owner: '', expiration: null });
    expect(work).toMatchObject({ phase: null, dueAt: null, claimedUntil: null, owner: null, cycle: 1 });
    expect(work.leases.map(({ name }) => name)).toEqual(LEASED);
    expect(world.wire.waiting).toEqual([]);
  });

  test('keeps the user data that was constructed, with leasedResources beside it', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name, userData } = await world.only('cluster');
    expect(userData).toEqual({
      secret: `${name}-1`,
      content: '{"version":1}',
      leasedResources: '- project-1\n- project-2\n- disk-1\n',
    });
  });

  test('begins the lifespan of the virtual one', async () => {
    const mortal = virtual('cluster', { ...NEEDY, lifespan: '2h' });
    const world = createWorld({ config: configOf(physical('project', 2), physical('disk', 1), mortal) });
    await world.tick();
    const { lastUpdate, expiration } = await world.only('cluster');
    expect(expiration).toBe(lastUpdate + 2 * 3_600_000);
  });

  test('goes back to recycle if a lease was lost meanwhile: nothing is freed without its needs', async () => {
    const config = configOf(physical('project', 3), physical('disk', 1), virtual('cluster', NEEDY));
    const world = createWorld({ config });
    world.hold('free');
    await world.tick();
    const { name, owner } = await world.only('cluster');
    // Whoever knows the lease's owner can release what it holds: a fault from outside, which no rule allows.
    world.watched = false;
    await world.release('project-1', 'free', owner);
    await world.letGo();
    await world.restore(2);
    const { state, work } = await world.only('cluster');
    expect({ state, cycle: work.cycle }).toEqual({ state: 'free', cycle: 2 });
    expect(work.history.map(({ what }) => what)).toContain('a lease was lost: cycle 2 begins');
    expect(world.script.of('destroy', name)).toHaveLength(1);
    expect(world.said('restarted')).toMatchObject([
      { message: `${name}: free not done: a lease was lost: cycle 2 begins`, phase: 'free', cycle: 1 },
    ]);
  });

  test('frees those who wait for a virtual resource: they are granted at once', async () => {
    const config = configOf(
      physical('project', 1),
      virtual('suite', { min: 1, needs: { cluster: 1 } }),
      virtual('cluster', { min: 1, needs: { project: 1 } }),
    );
    const world = createWorld({ config });
    await world.tick();
    await world.tick();
    expect(await world.unrest()).toEqual([]);
    expect(world.said('readyToFree')).toHaveLength(2);
  });
});
