import { describe, expect, test } from '@jest/globals';

import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { hang } from '../../support/worldScript.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

async function built(config = ONE): Promise<World> {
  const world = createWorld({ config });
  await world.tick();
  return world;
}

/** Why the last order did not hold. */
const refusal = (world: World): string =>
  world
    .said('order-refused')
    .at(-1)
    ?.message.replace(/^.*hold: /, '') ?? '';

describe('a bare name on mason-recycle is an order, which holds', () => {
  test('for an unowned free resource: it goes round once more, its old work is destroyed', async () => {
    const world = await built();
    const { name } = await world.only('cluster');
    await world.say('recycle', name);
    expect(world.said('ordered')).toMatchObject([{ severity: 'INFO', resource: name, phase: 'recycle' }]);
    await world.restore(3);
    const { userData, work } = await world.only('cluster');
    expect(work.cycle).toBe(2);
    expect(userData).toMatchObject({ secret: `${name}-2` });
    expect(world.script.of('destroy')).toHaveLength(1);
  });

  test('for a dirty one, without waiting for sync', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    await world.leave(name, 'dirty');
    world.hold('fulfill');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({
      state: 'cleaning',
      work: { phase: 'fulfill', cycle: 2 },
    });
  });

  test('for one that is toBeDeleted, which ends in a tombstone', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'toBeDeleted');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({ state: 'tombstone' });
    await world.restore(3);
    expect((await world.only('cluster')).name).not.toBe(name);
  });

  test('for one that is under way to recycle already: it wakes it, whatever it is resting for', async () => {
    const world = await built();
    const { destroy } = world.script;
    world.script.destroy = () => Promise.reject(new Error('busy'));
    const { name } = await world.only('cluster');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({ work: { attempts: 1, phase: 'recycle' } });
    world.script.destroy = destroy;
    world.hold('fulfill');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({ work: { phase: 'fulfill', cycle: 2 } });
    expect(world.said('order-refused')).toEqual([]);
  });

  test('once: given twice, or delivered twice, it destroys nothing that was built since', async () => {
    const world = await built();
    const { name } = await world.only('cluster');
    await world.say('recycle', name);
    const order = world.wire.published.find(
      ({ topic, attributes }) => topic === 'recycle' && !('phase' in attributes),
    );
    await world.restore(3);
    const before = await world.inventory();
    if (order !== undefined) await world.redeliver(order);
    expect(await world.inventory()).toEqual(before);
    expect(refusal(world)).toContain('only after the order was given');
  });
});

describe('an order does not hold, and the log says why,', () => {
  test('for a resource that has become free since: late by a cycle', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    await world.leave(name, 'dirty');
    world.wire.fate = ({ topic, attributes }) =>
      topic === 'recycle' && !('phase' in attributes) ? 'hold' : 'deliver';
    await world.say('recycle', name);
    await world.restore(3);
    const before = await world.inventory();
    await world.letGo();
    expect(await world.inventory()).toEqual(before);
    expect(refusal(world)).toContain('only after the order was given');
    expect(world.said('order-refused')).toMatchObject([{ severity: 'WARNING', resource: name }]);
  });

  test('for a resource that was released dirty after it', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    world.hold('recycle');
    await world.say('recycle', name);
    await world.advance(1000);
    await world.leave(name, 'dirty');
    await world.letGo();
    expect(await world.member(name)).toMatchObject({ state: 'dirty', work: { cycle: 1 } });
  });

  test('for a resource in a user’s hands', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'alice' });
    expect(refusal(world)).toContain('in the hands of');
  });

  test.each(['fulfill', 'clean', 'free'] as const)(
    'for one that is being built, in phase %s',
    async (phase) => {
      const world = createWorld({ config: ONE });
      world.hold(phase);
      await world.tick();
      const before = await world.only('cluster');
      await world.say('recycle', before.name);
      expect(await world.only('cluster')).toEqual(before);
      expect(refusal(world)).toContain('in the hands of');
    },
  );

  test('for one under construction at this moment', async () => {
    const world = createWorld({ config: ONE });
    world.script.construct = hang;
    await world.tick();
    const before = await world.only('cluster');
    await world.say('recycle', before.name);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', cycle: 1 } });
    expect(refusal(world)).toContain('in the hands of');
  });

  test('for one that a user left in a state of his own', async () => {
    const world = await built();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'other');
    await world.say('recycle', name);
    expect(await world.member(name)).toMatchObject({ state: 'other', work: { cycle: 1 } });
    expect(refusal(world)).toContain('neither dirty, toBeDeleted nor free');
  });

  test('for an unknown name', async () => {
    const world = await built();
    await world.say('recycle', 'nobody');
    expect(world.said('refused')).toEqual([]);
    expect(refusal(world)).toBe('there is no such resource');
  });

  test.each(['project-1', 'project-2'])('for a physical resource, parked or free: %s', async (name) => {
    const world = await built();
    const before = await world.member(name);
    await world.say('recycle', name);
    expect(await world.member(name)).toEqual(before);
    expect(refusal(world)).toBe('its type is not built by this Mason');
  });

  test('for a virtual resource that another one has parked', async () => {
    const config = configOf(
      physical('project', 1),
      virtual('suite', { min: 1, needs: { cluster: 1 } }),
      virtual('cluster', { min: 1 }),
    );
    const world = createWorld({ config });
    await world.restore(3);
    const cluster = await world.only('cluster');
    await world.say('recycle', cluster.name);
    expect(await world.only('cluster')).toEqual(cluster);
    expect(refusal(world)).toContain('neither dirty, toBeDeleted nor free');
  });
});

test('a message with some of the system’s attributes, or bad ones, is no order: it is rejected', async () => {
  const world = await built();
  const before = await world.only('cluster');
  await world.advance(1000);
  const forgeries: Record<string, string>[] = [
    { type: 'cluster', cycle: 'one', phase: 'recycle' },
    { type: 'cluster', cycle: '-1', phase: 'recycle' },
    { type: 'cluster', cycle: '1', phase: 'Recycle' },
    { type: 'cluster', cycle: '1' },
    { cycle: '1', phase: 'recycle' },
    { phase: 'recycle' },
  ];
  for (const attributes of forgeries) await world.post('recycle', before.name, attributes);
  expect(world.wire.rejections).toHaveLength(forgeries.length);
  expect(world.wire.rejections[0]?.error).toMatchObject({ code: 'MESSAGE_INVALID' });
  expect(await world.only('cluster')).toEqual(before);
});
