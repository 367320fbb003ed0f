import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { PHASES, type Phase } from '../../../shared/ledger/records.ts';
import { notYet } from '../../../shared/masonables/port.ts';
import { TOPICS, type Topic } from '../../../shared/topics/port.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { createWorldRandom, shuffled } from '../../support/worldRandom.ts';
import { gate } from '../../support/worldScript.ts';
import { eventOf } from '../../support/worldWire.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** A world whose only cluster is due for this phase. */
async function dueFor(phase: Phase): Promise<World> {
  const world = createWorld({ config: ONE });
  world.hold(phase);
  await world.tick();
  return world;
}

const event = (data: unknown): unknown => ({
  id: 'event-1',
  time: '2026-01-01T00:00:00Z',
  source: '//pubsub.googleapis.com/projects/p/topics/mason-recycle',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
  specversion: '1.0',
  data,
});

describe('an event without a name', () => {
  const empty = {
    'a message of attributes alone, which arrives as {}': event({}),
    'a message without data': event({ message: { attributes: { cycle: '1' }, messageId: '1' } }),
    'a message whose data is empty': event({ message: { data: '', messageId: '1' } }),
    'a message whose data is not base64': event({ message: { data: '*?', messageId: '1' } }),
    'no data at all': event(undefined),
    'no event at all': undefined,
  };
  test.each(Object.entries(empty))('is rejected, for it would be lost: %s', async (_, given) => {
    const world = createWorld({ config: ONE });
    for (const topic of TOPICS) {
      await expect(world.deliver(topic, given)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
    }
    expect(world.calls).toEqual([]);
  });
});

describe('a message', () => {
  test.each(['NOT_A_NAME', '-x', 'a b', '💥', 'x'.repeat(254), 'x\n'])(
    'whose data can be nobody’s name is dropped, and the log says so: %j',
    async (data) => {
      const world = createWorld({ config: ONE });
      for (const topic of [...PHASES, 'janitor'] as const) await world.post(topic, data);
      expect(world.wire.rejections).toEqual([]);
      expect(world.calls).toEqual([]);
      expect(world.said('misaddressed')).toHaveLength(5);
      expect(world.said('misaddressed').every(({ message }) => message.length < 250)).toBe(true);
    },
  );

  test.each(['sync', 'janitor'] as const)('to %s with the Scheduler’s data starts it', async (topic) => {
    const world = createWorld({ config: ONE });
    await world.post(topic, '*');
    expect(world.wire.rejections).toEqual([]);
    expect(world.calls.length).toBeGreaterThan(0);
  });

  test.each([...PHASES, 'janitor'] as const)(
    'to %s with an unknown name is acknowledged and does nothing',
    async (topic) => {
      const world = await dueFor('recycle');
      const before = await world.inventory();
      await world.post(topic, 'nobody');
      await world.post(topic, 'nobody', { type: 'cluster', cycle: '1', phase: topic });
      expect(await world.inventory()).toEqual(before);
      expect(world.wire.rejections).toEqual([]);
    },
  );

  test.each(PHASES)('that comes twice does its phase once: %s', async (phase) => {
    const world = await dueFor(phase);
    const [letter] = world.wire.waiting;
    await world.letGo();
    const before = await world.inventory();
    if (letter !== undefined) await world.redeliver(letter);
    expect(await world.inventory()).toEqual(before);
    expect(world.wire.rejections).toEqual([]);
    expect(world.said('refused')).toMatchObject([{ phase }]);
    expect(world.script.of('construct')).toHaveLength(1);
  });

  test('that comes twice at once is done by one run; the other is acknowledged', async () => {
    const world = createWorld({ config: ONE });
    world.wire.fate = () => 'twice';
    await world.restore(3);
    expect(world.wire.rejections).toEqual([]);
    expect(world.script.of('construct')).toHaveLength(1);
    expect(await world.only('cluster')).toMatchObject({ work: { cycle: 1, token: 5 } });
  });

  test('that comes while a run has the resource is acknowledged', async () => {
    const world = await dueFor('clean');
    const [letter] = world.wire.waiting;
    const { promise, resolve } = gate<unknown>();
    world.script.construct = () => promise;
    await world.letGo();
    if (letter !== undefined) await world.redeliver(letter);
    expect(world.said('refused').map(({ message }) => message)).toEqual([
      `${letter?.data ?? ''} is not due for clean: a run has it at this moment`,
    ]);
    resolve({ done: true, userData: {} });
    await world.settle();
    expect(world.script.of('construct')).toHaveLength(1);
    expect(await world.unrest()).toEqual([]);
  });

  test.each(PHASES)('of another cycle is stale, whatever the phase: %s', async (phase) => {
    const world = await dueFor(phase);
    const record = await world.only('cluster');
    for (const cycle of [0, record.work.cycle - 1, record.work.cycle + 1, 1_000_000]) {
      await world.postSystem(phase, record, { cycle: Math.max(0, cycle) });
    }
    expect(await world.only('cluster')).toEqual(record);
  });

  test.each(PHASES)(
    'of another phase is stale, and nothing is done but that of the ledger: %s',
    async (phase) => {
      const world = await dueFor(phase);
      const record = await world.only('cluster');
      const others = PHASES.filter((other) => other !== phase);
      for (const other of others) await world.postSystem(other, record);
      expect(await world.only('cluster')).toEqual(record);
    },
  );

  test.each(PHASES)('whose attributes name another phase than its topic’s is dropped: %s', async (phase) => {
    const world = await dueFor(phase);
    const record = await world.only('cluster');
    const [other = 'free'] = PHASES.filter((one) => one !== phase);
    const misled: Topic = other;
    await world.post(misled, record.name, { type: 'cluster', cycle: String(record.work.cycle), phase });
    expect(world.said('misaddressed')).toHaveLength(1);
    expect(await world.only('cluster')).toEqual(record);
  });

  test('of the system never recycles a free resource: only a person orders that', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const record = await world.only('cluster');
    await world.advance(1000);
    for (const cycle of [record.work.cycle, record.work.cycle + 1]) {
      await world.postSystem('recycle', record, { cycle });
    }
    expect(await world.only('cluster')).toEqual(record);
  });

  test('that is late by a cycle does not build, park or free what is built now', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    await world.restore(3);
    const before = await world.inventory();
    const late = world.wire.published.filter(
      ({ data, attributes }) => data === name && attributes['cycle'] === '1',
    );
    expect(late.map(({ topic }) => topic)).toEqual(PHASES);
    for (const letter of late) await world.redeliver(letter);
    expect(await world.inventory()).toEqual(before);
  });
});

describe('a bare name', () => {
  test.each(['fulfill', 'clean', 'free'] as const)(
    'on %s wakes a resource that is due for it',
    async (phase) => {
      const world = await dueFor(phase);
      world.wire.fate = ({ attributes }) => (attributes['phase'] === phase ? 'hold' : 'deliver');
      const { name } = await world.only('cluster');
      await world.say(phase, name);
      expect(await world.member(name)).toMatchObject({ state: 'free' });
    },
  );

  test.each(['fulfill', 'clean', 'free', 'janitor'] as const)(
    'on %s does nothing to a resource whose phase is another, and the log says why',
    async (topic) => {
      const world = await dueFor('recycle');
      const record = await world.only('cluster');
      await world.say(topic, record.name);
      expect(await world.only('cluster')).toEqual(record);
      expect(world.said('refused')).toMatchObject([
        {
          severity: 'WARNING',
          message: `${record.name} is not due for ${topic}: its phase or its cycle is another`,
        },
      ]);
    },
  );

  test('on clean does nothing to a free resource, nor to one in a user’s hands', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    for (const topic of ['fulfill', 'clean', 'free', 'janitor'] as const) await world.say(topic, name);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 1 } });
    await world.acquire('cluster');
    for (const topic of ['fulfill', 'clean', 'free', 'janitor'] as const) await world.say(topic, name);
    expect(await world.member(name)).toMatchObject({ state: 'busy', owner: 'alice', work: { cycle: 1 } });
    expect(world.script.calls).toHaveLength(1);
  });

  test('ends a backoff; the system’s own message does not', async () => {
    const world = await dueFor('clean');
    const { construct } = world.script;
    world.script.construct = () => Promise.reject(new Error('not today'));
    await world.letGo();
    const { name, ...failed } = await world.only('cluster');
    expect(failed.work).toMatchObject({ attempts: 1, lastError: { message: 'not today' } });
    world.script.construct = construct;
    await world.postSystem('clean', { name, ...failed });
    expect(world.script.of('construct')).toHaveLength(1);
    await world.say('clean', name);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { attempts: 0, lastError: null } });
  });

  test('ends the rest of one that said “not yet”', async () => {
    const world = await dueFor('clean');
    const { construct } = world.script;
    world.script.construct = () => notYet({ step: 1 }, 600_000);
    await world.letGo();
    world.script.construct = construct;
    const { name } = await world.only('cluster');
    await world.say('clean', name);
    expect(world.script.of('construct').map(({ context }) => context.checkpoint)).toEqual([
      null,
      { step: 1 },
    ]);
    expect(await world.member(name)).toMatchObject({ state: 'free' });
  });

  test('does not take a resource from the run that has it', async () => {
    const world = await dueFor('clean');
    const { promise, resolve } = gate<unknown>();
    world.script.construct = () => promise;
    await world.letGo();
    const { name } = await world.only('cluster');
    await world.say('clean', name);
    expect(world.script.of('construct')).toHaveLength(1);
    resolve({ done: true, userData: {} });
    await world.settle();
    expect(await world.member(name)).toMatchObject({ state: 'free' });
  });

  test('with attributes of its publisher’s own is a bare name', async () => {
    const world = await dueFor('clean');
    const { name } = await world.only('cluster');
    world.wire.fate = ({ attributes }) => ('phase' in attributes ? 'hold' : 'deliver');
    await world.post('clean', name, { ticket: 'OPS-7' });
    expect(world.script.of('construct')).toHaveLength(1);
  });
});

test('messages that come in any order, some twice, some never, lead to the same end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      const config = configOf(
        physical('project', 6),
        physical('disk', 3),
        virtual('cluster', { min: 3, needs: { project: 2 } }),
        virtual('store', { min: 2, needs: { disk: 1 } }),
      );
      const world = createWorld({ config, seed });
      const chance = createWorldRandom(seed);
      world.wire.order = (letters) => shuffled(letters, chance);
      world.wire.fate = () =>
        (['deliver', 'deliver', 'twice', 'drop', 'hold'] as const)[Math.floor(chance.number() * 5)] ?? 'hold';
      await world.minutes(6);
      world.wire.fate = () => 'deliver';
      await world.restore(10);
      expect(world.script.of('construct')).toHaveLength(5);
      expect(world.wire.rejections).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('the letters of these tests are the events that functions-framework hands on', async () => {
  const world = await dueFor('recycle');
  const [letter] = world.wire.waiting;
  expect(letter && JSON.parse(JSON.stringify(eventOf(letter)))).toMatchObject({
    specversion: '1.0',
    type: 'google.cloud.pubsub.topic.v1.messagePublished',
    data: { message: { data: Buffer.from(letter?.data ?? '').toString('base64') } },
  });
});
