import { describe, expect, test } from '@jest/globals';

import { destroyed, notYet } from '../../../shared/masonables/port.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual, type Entry } from '../../support/worldConfig.ts';
import { hang } from '../../support/worldScript.ts';

const cleanedBy = (mason: Readonly<Record<string, unknown>>): Entry => physical('project', 2, { mason });
const SCRIPTED = { janitor: { type: 'Scripted', thorough: true } };

/** A world with a project that its user released so, and that nobody was woken for. */
async function released(dest: string, mason: Readonly<Record<string, unknown>>): Promise<World> {
  const world = createWorld({ config: configOf(cleanedBy(mason)) });
  await world.tick();
  const { name } = await world.acquire('project');
  expect(name).toBe('project-1');
  await world.users.update({ name, state: 'busy', owner: 'alice', userData: { note: 'mine' } });
  await world.leave(name, dest);
  return world;
}

describe('janitor', () => {
  test('takes a dirty physical resource: cleaning, a new cycle, an owner that only this lease knows', async () => {
    const world = await released('dirty', SCRIPTED);
    world.script.clean = hang;
    await world.tick();
    const { state, owner, work } = await world.worked('project-1');
    expect(state).toBe('cleaning');
    expect(owner).toMatch(/^mason-world:/);
    expect(work).toMatchObject({ phase: 'janitor', cycle: 1, doomed: false });
  });

  test('lets the type’s cleaner clean it, with the cleaner’s settings, and gives it free', async () => {
    const world = await released('dirty', SCRIPTED);
    await world.tick();
    expect(world.script.of('clean')).toMatchObject([
      {
        resource: { type: 'project', name: 'project-1', userData: { note: 'mine' } },
        context: { cycle: 1, checkpoint: null },
        content: { thorough: true },
      },
    ]);
    expect(await world.member('project-1')).toMatchObject({
      state: 'free',
      owner: '',
      work: { phase: null },
    });
  });

  test('None gives it free as it is', async () => {
    const world = await released('dirty', { janitor: { type: 'None' } });
    await world.tick();
    expect(await world.states('project')).toEqual({ free: 2 });
  });

  test('wakes those who wait for what it has cleaned, at once', async () => {
    const world = createWorld({
      config: configOf(cleanedBy(SCRIPTED), virtual('cluster', { min: 1, needs: { project: 2 } })),
    });
    world.hold('fulfill');
    await world.tick();
    const { name } = await world.acquire('project');
    await world.letGo();
    await world.leave(name, 'dirty');
    await world.post('janitor', '*');
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });

  test('leaves types without a janitor to others, dirty as they are', async () => {
    const world = await released('dirty', {});
    await world.minutes(10);
    expect(await world.member('project-1')).toMatchObject({ state: 'dirty', owner: '', work: null });
  });

  test.each(['free', 'busy', 'other'])('leaves what is %s', async (state) => {
    const world = await released(state, SCRIPTED);
    await world.minutes(3);
    expect(await world.member('project-1')).toMatchObject({ state, work: null });
  });

  test('leaves what is leased or parked for a virtual resource', async () => {
    const world = createWorld({ config: configOf(cleanedBy(SCRIPTED), virtual('cluster', { min: 1 })) });
    await world.minutes(3);
    expect(world.script.of('clean')).toEqual([]);
    expect(await world.states('project')).toEqual({ free: 1, parked: 1 });
  });

  test('leaves virtual resources to recycle', async () => {
    const world = createWorld({ config: configOf(cleanedBy(SCRIPTED), virtual('cluster', { min: 1 })) });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.leave(name, 'dirty');
    await world.post('janitor', '*');
    expect(await world.member(name)).toMatchObject({ state: 'dirty' });
  });
});

describe('a physical resource that is toBeDeleted', () => {
  test.each([
    ['a cleaner', SCRIPTED],
    ['none', {}],
  ] as const)('ends in a tombstone, with %s, and a static one is made anew', async (_, mason) => {
    const world = await released('toBeDeleted', mason);
    await world.post('janitor', '*');
    expect(await world.member('project-1')).toMatchObject({ state: 'tombstone', owner: '' });
    await world.tick();
    expect(await world.member('project-1')).toMatchObject({ state: 'free', userData: {} });
  });

  test('and dynamic is gone, and another one is made', async () => {
    const port: Entry = {
      type: 'port',
      'min-count': 2,
      'max-count': 3,
      mason: { janitor: { type: 'None' } },
    };
    const world = createWorld({ config: configOf(port) });
    await world.tick();
    const { name } = await world.acquire('port');
    await world.release(name, 'toBeDeleted');
    await world.restore(3);
    expect(await world.ledger.views.record(name)).toBeNull();
    expect(await world.states('port')).toEqual({ free: 2 });
  });
});

describe('a cleaner that', () => {
  test('fails is called again after a backoff that grows, then the resource goes to quarantine, with the reason', async () => {
    const world = await released('dirty', { ...SCRIPTED, 'max-attempts': 3 });
    world.script.clean = () => Promise.reject(new Error('the project is locked'));
    const begin = world.clock.now();
    const times: number[] = [];
    const { clean } = world.script;
    world.script.clean = (call) => {
      times.push(world.clock.now() - begin);
      return clean(call);
    };
    for (let second = 0; second < 60; second += 1) {
      await world.tick();
      await world.advance(1000);
    }
    expect(times).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = times;
    expect(third - second).toBeGreaterThan(second - first);
    const { state, work } = await world.worked('project-1');
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toBe('janitor failed 3 times, the last time so: the project is locked');
    expect(world.said('quarantined')).toMatchObject([{ severity: 'ERROR', phase: 'janitor' }]);
  });

  test('fails once costs only the backoff', async () => {
    const world = await released('dirty', SCRIPTED);
    world.script.clean = () => {
      world.script.clean = () => destroyed;
      throw new Error('once');
    };
    await world.restore(2);
    expect(await world.worked('project-1')).toMatchObject({ state: 'free', work: { attempts: 0 } });
  });

  test('says “not yet” is called again with its checkpoint', async () => {
    const world = await released('dirty', SCRIPTED);
    world.script.clean = ({ context: { checkpoint } }) =>
      checkpoint === 2 ? destroyed : notYet(Number(checkpoint) + 1, 5000);
    await world.restore(4);
    expect(world.script.of('clean').map(({ context }) => context.checkpoint)).toEqual([null, 1, 2]);
  });

  test('hangs is ended at the invocation’s deadline', async () => {
    const world = await released('dirty', SCRIPTED);
    world.script.clean = hang;
    await world.tick();
    await world.advance(530_000);
    expect(await world.worked('project-1')).toMatchObject({ work: { attempts: 1, claimedUntil: null } });
    expect(world.clock.timers()).toBe(0);
  });

  test('dies with its process is called again', async () => {
    const world = await released('dirty', SCRIPTED);
    world.script.clean = () => {
      world.script.clean = () => destroyed;
      world.process.kill();
      return hang();
    };
    await world.restore(3);
    expect(world.script.of('clean')).toHaveLength(2);
  });

  test.each([undefined, null, {}, { done: 1 }, { done: false }])(
    'returns nonsense fails: %j',
    async (answer) => {
      const world = await released('dirty', SCRIPTED);
      world.script.clean = () => answer;
      await world.tick();
      expect(await world.worked('project-1')).toMatchObject({ state: 'cleaning', work: { attempts: 1 } });
    },
  );

  test('leaves the config while a resource is dirty in its hands: nobody calls that clean', async () => {
    const world = await released('dirty', { ...SCRIPTED, 'max-attempts': 2 });
    world.script.clean = () => Promise.reject(new Error('no'));
    await world.tick();
    world.setConfig(configOf(cleanedBy({ 'max-attempts': 2 })));
    await world.minutes(10);
    const { state, work } = await world.worked('project-1');
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toContain('has no janitor in the config any more');
    world.setConfig(configOf(cleanedBy({ janitor: { type: 'None' } })));
    await world.ledger.claims.retry('project-1', 60_000);
    await world.restore(3);
    expect(await world.states('project')).toEqual({ free: 2 });
  });
});
