import { describe, expect, test } from '@jest/globals';

import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1, mason: { 'max-attempts': 1 } }));
const HOUR_MS = 3_600_000;
const no = () => Promise.reject(new Error('no'));

async function broken(config = ONE): Promise<World> {
  const world = createWorld({ config });
  world.script.construct = no;
  await world.minutes(1);
  return world;
}

describe('what a person holds', () => {
  test('is left alone until its time is over, and then free for whoever waits', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    await world.ledger.holds.begin(name, { forMs: 2 * HOUR_MS, reason: '' });
    await world.minutes(119);
    expect(await world.member(name)).toMatchObject({ state: 'held', work: { cycle: 1 } });
    expect(world.said('hold-ended')).toEqual([]);
    await world.minutes(2);
    expect(await world.member(name)).toMatchObject({ state: 'free', owner: '', work: { cycle: 1 } });
    expect(world.said('hold-ended')).toMatchObject([
      { resource: name, message: `${name} is no longer held, and free` },
    ]);
  });

  test('wakes those who waited for it', async () => {
    const world = createWorld({ config: configOf(physical('project', 1), virtual('cluster', { min: 1 })) });
    world.setConfig(configOf(physical('project', 1)));
    await world.tick();
    await world.ledger.holds.begin('project-1', { forMs: HOUR_MS, reason: '' });
    world.setConfig(configOf(physical('project', 1), virtual('cluster', { min: 1 })));
    await world.minutes(59);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'fulfill' } });
    await world.minutes(3);
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });
});

test('of more holds than one call ends all end in one tick', async () => {
  const world = createWorld({ config: configOf(physical('project', 45)) });
  await world.tick();
  for (const { name } of await world.members('project'))
    await world.ledger.holds.begin(name, { forMs: HOUR_MS, reason: '' });
  await world.advance(HOUR_MS + 1);
  await world.tick();
  expect(await world.states('project')).toEqual({ free: 45 });
});

describe('quarantine', () => {
  test('keeps its leases for a while; then they are cleaned, and a retry begins at recycle', async () => {
    const mason = { 'max-attempts': 1, 'quarantine-hold': '2h' };
    const world = await broken(configOf(physical('project', 2), virtual('cluster', { min: 1, mason })));
    const { construct } = createWorld({ config: ONE }).script;
    const { name } = await world.only('cluster');
    await world.minutes(110);
    expect(await world.states('project')).toEqual({ free: 1, leased: 1 });
    await world.minutes(15);
    expect(await world.states('project')).toEqual({ free: 2 });
    expect(await world.member(name)).toMatchObject({ state: 'quarantined', work: { leases: [] } });
    const [ended] = world.said('hold-ended');
    expect(ended?.message).toMatch(/ gave back project-\d, and is quarantined$/);
    world.script.construct = construct;
    const wake = await world.ledger.claims.retry(name, 60_000);
    expect(wake).toMatchObject({ task: 'recycle', cycle: 2 });
    await world.restore(3);
    expect(await world.member(name)).toMatchObject({ state: 'free' });
  });

  test('of what was made of it three times in a row sets a physical resource aside, with its reason', async () => {
    const mason = { 'max-attempts': 1, 'quarantine-hold': 0 };
    const world = await broken(configOf(physical('project', 1), virtual('cluster', { min: 1, mason })));
    const { name } = await world.only('cluster');
    for (let cycle = 1; cycle < 3; cycle += 1) {
      await world.minutes(2);
      expect(await world.states('project')).toEqual({ free: 1 });
      await world.ledger.claims.retry(name, 60_000);
      await world.minutes(3);
    }
    await world.minutes(2);
    expect(await world.member('project-1')).toMatchObject({
      state: 'quarantined',
      work: {
        quarantine: {
          reason: expect.stringMatching(/^part of 3 failures in a row: .* in cycle 1, .* in cycle/),
        },
      },
    });
    expect(world.said('quarantined').at(-1)).toMatchObject({ severity: 'ERROR', resource: 'project-1' });
    await world.minutes(60);
    expect(await world.states('project')).toEqual({ quarantined: 1 });
    await world.ledger.claims.retry('project-1', 60_000);
    await world.minutes(1);
    expect(await world.states('project')).toEqual({ free: 1 });
  });
});

describe('orphans', () => {
  test('are taken in by sync, which says so', async () => {
    const foreign = {
      ...virtual('lab', { min: 1 }),
      state: 'free',
      config: { type: 'Elsewhere', content: '' },
    };
    const world = createWorld({ config: configOf(physical('project', 1), foreign) });
    await world.tick();
    const { name } = (await world.members('lab'))[0] ?? { name: '' };
    await world.acquireNamed('project-1');
    await world.release('project-1', name);
    await world.minutes(2);
    expect(await world.member('project-1')).toMatchObject({ state: name });
    // Until sync has looked, it lies where nobody fetches it.
    world.watched = false;
    await world.acquireNamed(name);
    await world.release(name, 'tombstone');
    await world.minutes(2);
    expect(world.said('orphaned')).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining('project-1 went back dirty') },
    ]);
    await world.minutes(1);
    expect(await world.member('project-1')).toMatchObject({ state: 'free' });
  });
});

describe('the reaper', () => {
  test('goes by what the config says of a type', async () => {
    const eager = { janitor: { type: 'None' }, 'lease-expiry': '5m', 'reap-states': ['testing'] };
    const patient = { janitor: { type: 'None' }, 'lease-expiry': 'off' };
    const world = createWorld({
      config: configOf(physical('host', 2, { mason: eager }), physical('disk', 1, { mason: patient })),
    });
    await world.tick();
    for (const [name, dest] of [
      ['host-1', 'testing'],
      ['host-2', 'busy'],
      ['disk-1', 'busy'],
    ] as const)
      await world.users.acquireByState({ state: 'free', dest, owner: 'alice', names: [name] });
    await world.minutes(8);
    expect(await world.states('host')).toEqual({ free: 1, busy: 1 });
    await world.minutes(120);
    expect(await world.states('host')).toEqual({ free: 1, busy: 1 });
    expect(await world.states('disk')).toEqual({ busy: 1 });
  });
});
