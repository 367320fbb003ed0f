import { afterEach, describe, expect, test } from '@jest/globals';

import { FATES, type Fate } from '../core/fates.ts';
import { physical, virtual } from '../world/configs.ts';
import { both } from '../world/httpConfigs.ts';
import { Theatre } from './theatre.ts';

const PROJECTS = physical('project', ['project-1', 'project-2']);
const ONE = both([PROJECTS, virtual('cluster', { members: ['cluster-1'], needs: { project: 1 } })]);
const PAIR = both([PROJECTS, virtual('cluster', { members: ['cluster-1'], needs: { project: 2 } })]);

let theatre: Theatre;
const open = (configs = ONE): Theatre => (theatre = new Theatre(configs));
afterEach(() => theatre.close());

const isFree = (): boolean => theatre.states()['cluster-1'] === 'free';
const parked = (): string[] =>
  Object.entries(theatre.states())
    .filter(([, state]) => state === 'cluster-1')
    .map(([name]) => name);
const use = (): void => {
  theatre.world.users.acquire('cluster', 'alice');
};
const giveBack = (name = 'cluster-1', dest = 'dirty'): void => {
  const resource = theatre.world.ranch.all().find((one) => one.name === name);
  if (resource !== undefined) theatre.world.users.giveBack(resource, dest);
};
/** What happens to calls of that name from now on. */
const fatesOf = (call: string): Fate[] => {
  const met: Fate[] = [];
  theatre.stage.seers.push(({ name }, fate) => {
    if (name === call) met.push(fate);
  });
  return met;
};

/** As another Mason would. */
const park = ({ ranch }: Theatre['world'], type: string): void => {
  const parker = { dest: 'leased', owner: 'another' };
  const parkedNow = ranch.acquire(type, 'free', parker);
  if (!('name' in parkedNow)) throw new Error(`no ${type} is free`);
  ranch.release(parkedNow.name, { ...parker, dest: 'cluster-1' });
};

describe('on an existing server', () => {
  test('a recycle run paused before a release while its successor finishes and the resource is leased elsewhere', async () => {
    const { stage, world } = open();
    await theatre.until(isFree);
    const [before = ''] = parked();
    use();
    giveBack();
    theatre.cue('boskos.release', 'pause', { about: '"dest":"dirty"' });
    await theatre.minutes(1);
    const paused = stage.instances.find(({ isPaused }) => isPaused);
    expect(paused).toBeDefined();
    await theatre.until(isFree);
    world.ranch.acquire('project', 'free', { dest: 'busy', owner: 'bob' });
    const states = theatre.states();
    paused?.resume(false);
    for (const one of [...stage.traffic.parked]) await stage.traffic.goOn(one);
    await theatre.settle();
    expect(theatre.states()).toEqual(states);
    expect(before).not.toBe('');
  });

  test('an acquire whose reply is lost: what it brought is found by its owner, and goes back', async () => {
    open();
    theatre.cue('boskos.acquire', 'lose', { times: 2 });
    await theatre.minutes(4);
    expect(isFree()).toBe(true);
  });

  test('a failing multi-name acquirebystate of a user keeps what it took, and heals when he is gone', async () => {
    const { world } = open(PAIR);
    await theatre.until(isFree);
    const owner = 'mallory';
    world.ranch.acquireByState(new Set(['project-1', 'nope']), 'cluster-1', { dest: 'leased', owner });
    world.users.meddledWith.add('cluster-1');
    expect(parked()).toEqual(['project-2']);
    use();
    giveBack();
    await theatre.until(() => isFree() && parked().length === 2);
  });

  test('a parking whose reply is lost, then reaped', async () => {
    const { world } = open();
    theatre.cue('boskos.release', 'lose', { about: '"dest":"cluster-1"' });
    await theatre.minutes(1);
    world.ranch.reset('cluster', 'cleaning', { dest: 'dirty', expireMs: 0 });
    await theatre.until(() => isFree() && parked().length === 1);
  });

  test('a process that stood still between its note and its call: what the call brings goes back at once', async () => {
    const { stage } = open();
    theatre.cue('boskos.acquire', 'pause', { about: 'cleaning' });
    await theatre.minutes(3);
    const [paused] = stage.instances.filter((instance) => instance.isPaused);
    await theatre.until(isFree);
    use();
    giveBack();
    paused?.resume(false);
    for (const one of [...stage.traffic.parked]) await stage.traffic.goOn(one);
    await theatre.minutes(3);
    expect(isFree()).toBe(true);
  });

  test('a process that stood still for longer than its note holds makes no call: should it die, nobody would know', async () => {
    const { stage } = open();
    theatre.cue('loans.intend', 'pauseAfter', { about: 'recycle' });
    await theatre.minutes(3);
    const [paused] = stage.instances.filter((instance) => instance.isPaused);
    const calls: string[] = [];
    stage.seers.push(({ instance, name }) => {
      if (instance === paused) calls.push(name);
    });
    paused?.resume(false);
    for (const one of [...stage.traffic.parked]) await stage.traffic.goOn(one);
    await stage.drain();
    expect(calls).toContain('loans.drop');
    expect(calls.filter((name) => name.startsWith('boskos.acquire'))).toEqual([]);
    await theatre.until(isFree);
  });

  test('a note that came after a sweep had looked is not dropped by that sweep, however late it goes on', async () => {
    const { stage } = open();
    theatre.cue('loans.unsettled', 'pauseAfter');
    await theatre.minutes(1);
    const [paused] = stage.instances.filter((instance) => instance.isPaused);
    theatre.cue('boskos.acquire', 'crashAfter', { about: 'cleaning' });
    await theatre.minutes(1);
    await stage.advance(1_900_000);
    paused?.resume(false);
    for (const one of [...stage.traffic.parked]) await stage.traffic.goOn(one);
    // There is no reaper: nobody but Mason can know what the call brought.
    await theatre.minutes(5);
    expect(isFree()).toBe(true);
  });

  test.each(FATES)(
    'stock of a type that the config in force needs nowhere any more goes back: %s',
    async (fate) => {
      const disk = physical('disk', ['disk-1']);
      const one = physical('project', ['project-1']);
      const configs = both(
        [one, disk, virtual('cluster', { members: ['cluster-1'], needs: { project: 1, disk: 1 } })],
        [one, disk, virtual('cluster', { members: ['cluster-1'], needs: { project: 1 } })],
      );
      const { world } = open(configs);
      world.users.acquire('project', 'alice');
      await theatre.until(() => theatre.states()['disk-1'] === 'leased');
      world.configText = configs.texts[1] ?? '';
      giveBack('project-1', 'dirty');
      const met = fatesOf('loans.surrender');
      theatre.cue('loans.surrender', fate);
      await theatre.until(() => isFree() && theatre.states()['disk-1'] === 'free');
      expect(met).toContain(fate);
    },
  );

  test('what another Mason has parked under its name goes back with it, also what this config needs nowhere', async () => {
    const configs = both([
      PROJECTS,
      physical('disk', ['disk-1']),
      virtual('cluster', { members: ['cluster-1'], needs: { project: 1 } }),
    ]);
    const { world } = open(configs);
    await theatre.until(isFree);
    park(world, 'disk');
    use();
    giveBack();
    await theatre.until(() => isFree() && theatre.states()['disk-1'] === 'free');
  });

  test('one that waits, and is lost to another Mason meanwhile: what that one parks stays there', async () => {
    const { world } = open();
    for (const user of ['alice', 'bob']) world.users.acquire('project', user);
    await theatre.minutes(2);
    expect(theatre.states()['cluster-1']).toBe('cleaning');
    world.ranch.reset('cluster', 'cleaning', { dest: 'dirty', expireMs: 0 });
    world.ranch.acquire('cluster', 'dirty', { dest: 'cleaning', owner: 'another' });
    giveBack('project-1', 'free');
    park(world, 'project');
    expect(parked()).toEqual(['project-1']);
    await theatre.minutes(1);
    expect(parked()).toEqual(['project-1']);
  });

  test.each(FATES)('one that the server reset while it waits is let go, and built anew: %s', async (fate) => {
    const { world } = open();
    for (const user of ['alice', 'bob']) world.users.acquire('project', user);
    await theatre.minutes(2);
    world.ranch.reset('cluster', 'cleaning', { dest: 'dirty', expireMs: 0 });
    world.ranch.acquire('cluster', 'dirty', { dest: 'busy', owner: 'carol' });
    const met = fatesOf('loans.disown');
    theatre.cue('loans.disown', fate);
    for (const name of ['project-1', 'project-2']) giveBack(name);
    await theatre.until(() => met.includes(fate));
    world.ranch.release('cluster-1', { dest: 'dirty', owner: 'carol' });
    await theatre.until(isFree);
  });

  test('a static resource that a user wants deleted is cleaned and free again: the server never drops it', async () => {
    const { world } = open();
    await theatre.until(isFree);
    world.users.acquire('project', 'alice');
    const [his = ''] = Object.entries(theatre.states()).find(([, state]) => state === 'busy') ?? [];
    giveBack(his, 'toBeDeleted');
    await theatre.until(() => theatre.states()[his] === 'free');
  });

  test.each(['claims.claim', 'claims.settle', 'masonable.create', 'boskos.acquire', 'boskos.release'])(
    'a config change in each phase, where the reply to %s was lost: it ends built by the new one',
    async (call) => {
      const configs = both(
        [PROJECTS, virtual('cluster', { members: ['cluster-1'], needs: { project: 1 } })],
        [PROJECTS, virtual('cluster', { members: ['cluster-1'], needs: { project: 2 } })],
      );
      const { world } = open(configs);
      theatre.cue(call, 'lose');
      await theatre.minutes(1);
      world.configText = configs.texts[1] ?? '';
      await theatre.until(() => isFree() && parked().length === 2);
    },
  );
});
