import { describe, expect, test } from '@jest/globals';

import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { createWorld } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { failing } from '../../support/worldProcess.ts';

const TWO = configOf(physical('project', 4), virtual('cluster', { min: 2, max: 4 }));

describe('sync', () => {
  test('takes an empty ledger to pools at their size', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    expect(await world.states('cluster')).toEqual({ free: 2 });
    expect(await world.states('project')).toEqual({ free: 2, parked: 2 });
    expect(world.said('made').map(({ type }) => type)).toEqual(['cluster', 'project']);
  });

  test('does nothing when there is nothing to do, and says nothing', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    const before = await world.inventory();
    const said = world.log.length;
    const published = world.wire.published.length;
    await world.minutes(20);
    expect(await world.inventory()).toEqual(before);
    expect(world.log.length).toBe(said);
    expect(world.wire.published.length).toBe(published + 40);
  });

  test('twice at once does each thing once', async () => {
    const world = createWorld({ config: TWO });
    const everything = { data: '*', attributes: {} };
    for (let round = 0; round < 3; round += 1) {
      world.wire.post(Array.from({ length: 4 }, () => ({ topic: 'sync' as const, ...everything })));
      await world.settle();
      if (round === 0) for (const { name } of await world.members('cluster')) await world.acquireNamed(name);
      for (const { name, owner } of await world.members('cluster')) {
        if (owner === 'alice') await world.release(name, 'dirty');
      }
    }
    expect(await world.members('cluster')).toHaveLength(2);
    expect(world.said('ordered')).toEqual([]);
    await world.restore(3);
    expect((await world.members('cluster')).map(({ work }) => work?.cycle)).toEqual([2, 2]);
    expect(world.wire.rejections).toEqual([]);
  });

  test('in two processes at once does each thing once', async () => {
    const world = createWorld({ config: TWO });
    const first = world.process;
    const second = world.startProcess();
    const sync = [first, second].map(({ handlers }) => handlers.sync);
    const event = { id: '1', time: '2026-01-01T00:00:00Z', data: { message: { data: 'Kg==' } } };
    await Promise.all(sync.map((handle) => handle(event)));
    await world.settle();
    expect(await world.states('cluster')).toEqual({ free: 2 });
    expect(await world.members('project')).toHaveLength(4);
    expect(world.script.of('construct')).toHaveLength(2);
  });
});

describe('each duty of sync is isolated:', () => {
  const duties: [string, string, string][] = [
    ['claims.takeDue', 'republish what is due', 'takeDue'],
    ['configs.store', 'load the config', 'store'],
    ['pools.keepSize', 'tend the pools', 'keepSize'],
    ['configs.sweep', 'forget what is over', 'sweep'],
  ];
  test.each(duties)(
    'if %s fails, the others are done, and the message comes again',
    async (call, duty, reason) => {
      const world = createWorld({ config: TWO });
      await world.tick();
      const { name } = await world.acquire('cluster');
      await world.release(name, 'dirty');
      world.setConfig(configOf(physical('project', 4), virtual('cluster', { min: 2, max: 3 })));
      world.meddle = failing(call, 'unavailable', 2);
      world.hold('recycle');
      await world.tick();
      expect(world.wire.rejections).toMatchObject([{ letter: { topic: 'sync' } }]);
      expect(world.wire.rejections[0]?.error).toBeInstanceOf(AggregateError);
      expect(world.said('sync-failed')).toMatchObject([
        {
          severity: 'ERROR',
          message: expect.stringMatching(new RegExp(`^sync could not ${duty}: .*${reason}`)) as unknown,
        },
      ]);
      await world.letGo();
      await world.restore(3);
    },
  );

  test('one pool that can’t be tended keeps no other from it', async () => {
    const world = createWorld({ config: TWO });
    world.meddle = ({ name, args: [type] }) =>
      name === 'pools.keepSize' && type === 'cluster' ? 'unavailable' : undefined;
    await world.tick();
    expect(await world.members('cluster')).toEqual([]);
    expect(await world.states('project')).toEqual({ free: 4 });
    world.meddle = () => undefined;
    await world.restore(3);
  });

  test('one type that the janitor can’t take from keeps no other from it', async () => {
    const world = createWorld({ config: configOf(physical('disk', 1), physical('project', 1)) });
    await world.tick();
    for (const type of ['disk', 'project']) await world.release((await world.acquire(type)).name, 'dirty');
    world.meddle = ({ name, args: [order] }) =>
      name === 'pools.takeForJanitor' && (order as { type: string }).type === 'disk'
        ? 'unavailable'
        : undefined;
    await world.tick();
    expect(await world.states('project')).toEqual({ free: 1 });
    expect(world.wire.rejections).toMatchObject([{ letter: { topic: 'janitor' } }]);
  });
});

describe('sync finds', () => {
  test.each(['recycle', 'fulfill', 'clean', 'free'] as const)('a lost message to %s', async (phase) => {
    const world = createWorld({ config: TWO });
    world.wire.fate = ({ topic }) => (topic === phase ? 'drop' : 'deliver');
    await world.tick();
    expect((await world.members('cluster')).map(({ work }) => work?.phase)).toEqual([phase, phase]);
    await world.letGo();
    await world.restore(2);
  });

  test('each record once a minute, not in every tick', async () => {
    const world = createWorld({ config: TWO });
    world.wire.fate = ({ topic }) => (topic === 'recycle' ? 'drop' : 'deliver');
    await world.tick();
    await world.advance(60_001);
    for (let tick = 0; tick < 5; tick += 1) await world.tick();
    expect(world.wire.published.filter(({ topic }) => topic === 'recycle')).toHaveLength(4);
  });

  test('a great backlog, page by page', async () => {
    const many = configOf(virtual('token', { min: 1_200, needs: {}, mason: { 'max-constructing': 2_000 } }));
    const world = createWorld({ config: many });
    world.watched = false;
    world.hold('recycle');
    await world.tick();
    world.wire.fate = ({ topic }) => (topic === 'recycle' ? 'drop' : 'deliver');
    await world.settle();
    await world.letGo();
    await world.minutes(1);
    expect(await world.states('token')).toEqual({ free: 1_200 });
  });

  test('who waits for supply, if the wake-up of a releaser was lost', async () => {
    const world = createWorld({ config: configOf(physical('project', 1), virtual('cluster', { min: 1 })) });
    world.hold('fulfill');
    await world.tick();
    const { name } = await world.acquire('project');
    await world.letGo();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'fulfill' } });
    // Past the process that would have looked for waiters.
    await world.ledger.users.release({ name, dest: 'free', owner: 'alice' });
    await world.restore(2);
  });
});

test('sync names ten of those that it made, and says how many more there are', async () => {
  const world = createWorld({ config: configOf(physical('project', 12), physical('disk', 10)) });
  await world.tick();
  const [disks, projects] = world.said('made').map(({ message }) => message);
  expect(projects).toMatch(/^project: made project-1, .* and 2 more$/);
  expect(projects?.split(', ')).toHaveLength(10);
  expect(disks).toMatch(/, disk-10$/);
});

describe('the config', () => {
  const BAD = 'resources:\n- type: cluster\n  min-cuont: 3\n';

  test('is stored when it has changed, not otherwise', async () => {
    const world = createWorld({ config: TWO });
    await world.minutes(3);
    expect(world.said('config-stored')).toHaveLength(1);
    world.setConfig(`# a comment\n${TWO}`);
    await world.minutes(2);
    expect(world.said('config-stored')).toHaveLength(1);
    world.setConfig(configOf(physical('project', 5), virtual('cluster', { min: 2, max: 4 })));
    await world.minutes(2);
    expect(world.said('config-stored')).toHaveLength(2);
    expect(await world.members('project')).toHaveLength(5);
  });

  test('is not stored again by another process, nor after a restart', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    world.process.kill();
    await world.minutes(2);
    world.startProcess();
    await world.minutes(2);
    expect(world.said('config-stored')).toHaveLength(1);
  });

  test('that another process has changed is noticed: what counts is the ledger, not what was read before', async () => {
    const world = createWorld({ config: TWO });
    const first = world.process;
    await world.tick();
    world.startProcess();
    world.setConfig(configOf(physical('project', 5), virtual('cluster', { min: 2, max: 4 })));
    await world.tick();
    expect(await world.members('project')).toHaveLength(5);
    world.setConfig(TWO);
    world.process = first;
    await world.tick();
    expect(await world.members('project')).toHaveLength(4);
  });

  test('that turns bad is refused: the last good one stays in force, the fault is in the log', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    const before = await world.ledger.configs.types();
    world.setConfig(BAD);
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    await world.restore(3);
    expect(await world.ledger.configs.types()).toEqual(before);
    expect(await world.member(name)).toMatchObject({ state: 'free', work: { cycle: 2 } });
    const [said] = world.said('sync-failed');
    expect(said).toMatchObject({ severity: 'ERROR' });
    expect(said?.message).toContain('resources.yaml:3:3: error: ');
    expect(said?.message).toContain('The last good config stays in force.');

    world.setConfig(TWO);
    const failures = world.said('sync-failed').length;
    await world.minutes(3);
    expect(world.said('sync-failed')).toHaveLength(failures);
  });

  test('that is bad from the start leaves nothing and everything as it is', async () => {
    const world = createWorld({ config: BAD });
    await world.minutes(2);
    expect(await world.inventory()).toEqual({ types: [], records: [] });
  });

  test('that can’t be read is as a bad one', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    const { process } = world;
    Object.assign(process.mason, { config: { read: () => Promise.reject(new Error('no such file')) } });
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    await world.restore(3);
    expect(world.said('sync-failed')[0]?.message).toBe('sync could not load the config: no such file');
  });

  test('with a warning is in force, and the warning is said once', async () => {
    const world = createWorld({ config: TWO });
    world.setConfig(`${TWO}    colour: blue\n`);
    await world.minutes(4);
    expect(world.said('config-warning')).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining('colour') as unknown },
    ]);
    expect(await world.unrest()).toEqual([]);
  });

  test('of a type that another Mason builds leaves that type alone, with a warning', async () => {
    const foreign = {
      ...virtual('cluster', { min: 1, max: 1 }),
      config: { type: 'Unregistered', content: '' },
    };
    const world = createWorld({ config: configOf(physical('project', 2), foreign) });
    await world.minutes(5);
    expect(world.said('config-warning')).toHaveLength(1);
    expect(await world.states('cluster')).toEqual({ dirty: 1 });
    const specs: readonly TypeRecord[] = await world.ledger.configs.types();
    expect(specs.map(({ type, managed }) => [type, managed])).toEqual([['cluster', false], ['project', false]]); // prettier-ignore
  });
});

describe('sync says of a pool', () => {
  test('that it is not at its size, and how much of it is missing, until it is', async () => {
    const world = createWorld({ config: TWO });
    world.hold('recycle');
    await world.tick();
    expect(world.said('pool')).toMatchObject([
      {
        type: 'cluster',
        severity: 'DEBUG',
        message: 'cluster: 0 of at least 2 are ready',
        figures: { ready: 0, min: 2, missingPercent: 100, waiting: false, oldestWaiterAgeMs: 0 },
      },
    ]);
    await world.letGo();
    await world.restore(2);
    const said = world.said('pool').length;
    await world.minutes(3);
    expect(world.said('pool')).toHaveLength(said);
  });

  test('for how long the first in line has waited: a virtual resource for its needs', async () => {
    const world = createWorld({ config: configOf(physical('project', 2)) });
    await world.tick();
    await world.acquire('project');
    world.setConfig(configOf(physical('project', 2), virtual('cluster', { min: 2 })));
    await world.minutes(10);
    const last = world
      .said('pool')
      .filter(({ type }) => type === 'cluster')
      .at(-1);
    expect(last?.figures).toMatchObject({ ready: 1, min: 2, missingPercent: 50, waiting: true });
    expect(last?.figures?.['oldestWaiterAgeMs']).toBeGreaterThan(8 * 60_000);
    expect(last?.figures?.['oldestWaiterAgeMs']).toBeLessThan(11 * 60_000);
  });

  test('that users wait for it, also of a physical one, which may be as large as it should', async () => {
    const world = createWorld({ config: configOf(physical('project', 1)) });
    await world.tick();
    await world.acquire('project');
    const wanted = { type: 'project', state: 'free', dest: 'busy', owner: 'bob', requestId: 'r-1' };
    expect(await world.users.acquire(wanted)).toMatchObject({ kind: 'none' });
    await world.advance(20_000);
    await world.tick();
    expect(world.said('pool')).toMatchObject([
      {
        type: 'project',
        figures: { ready: 1, min: 1, waiting: true, oldestWaiterAgeMs: expect.closeTo(20_000, 0) as unknown },
      },
    ]);
  });

  test('nothing when all its members are in use, and nobody waits', async () => {
    const world = createWorld({ config: TWO });
    await world.tick();
    const said = world.said('pool').length;
    for (let member = 0; member < 2; member += 1) await world.acquire('cluster');
    await world.minutes(2);
    expect(world.said('pool')).toHaveLength(said);
  });

  test('what it takes no look at its members for: they are counted', async () => {
    const world = createWorld({ config: TWO });
    world.hold('recycle');
    const asked: string[] = [];
    world.meddle = ({ name }) => {
      asked.push(name);
      return undefined;
    };
    await world.tick();
    expect(asked.filter((name) => name === 'pools.ready')).toHaveLength(1);
    expect(asked.filter((name) => /^views|metric/.test(name) && name !== 'views.counts')).toEqual([]);
    world.meddle = () => undefined;
    await world.letGo();
  });
});
