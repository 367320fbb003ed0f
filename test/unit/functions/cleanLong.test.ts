import { describe, expect, test } from '@jest/globals';

import { constructed, notYet } from '../../../shared/masonables/port.ts';
import { hang } from '../../support/worldScript.ts';
import { due, constructTimes } from './cleanSteps.ts';

describe('a construct that says “not yet”', () => {
  test('gets its checkpoint in the next run, of the same cycle, and no attempt is counted', async () => {
    const world = await due();
    world.script.construct = ({ context: { checkpoint } }) => {
      const step = Number(checkpoint) + 1;
      return step < 4 ? notYet(step, 20_000) : constructed({ steps: String(step) });
    };
    await world.letGo();
    expect(await world.only('cluster')).toMatchObject({
      work: { phase: 'clean', attempts: 0, crashes: 0, checkpoint: 1, claimedUntil: null },
    });
    await world.restore(6);
    const calls = world.script.of('construct').map(({ context }) => [context.cycle, context.checkpoint]);
    expect(calls).toEqual([[1, null], [1, 1], [1, 2], [1, 3]]); // prettier-ignore
    expect(await world.only('cluster')).toMatchObject({
      userData: { steps: '4' },
      work: { checkpoint: null },
    });
  });

  test('is due when it asked for, not before', async () => {
    const world = await due();
    world.script.construct = () => notYet(null, 45_000);
    const times = await constructTimes(world, 100);
    expect(times).toEqual([0, 46, 92]);
  });

  test('and then fails begins anew: its checkpoint is gone', async () => {
    const world = await due();
    const answers: (() => unknown)[] = [
      () => notYet({ half: 'built' }, 1000),
      () => Promise.reject(new Error('it fell over')),
    ];
    const { construct } = world.script;
    world.script.construct = (call) => (answers.shift() ?? (() => construct(call)))();
    await world.letGo();
    await world.restore(5);
    expect(world.script.of('construct').map(({ context }) => context.checkpoint)).toEqual([
      null,
      { half: 'built' },
      null,
    ]);
  });

  test('longer than construct-timeout, over all its runs, is a failed attempt and begins anew', async () => {
    const world = await due({ 'construct-timeout': '5m', 'max-attempts': 2 });
    world.script.construct = () => notYet({ polls: 1 }, 60_000);
    await world.letGo();
    await world.minutes(4);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 0, checkpoint: { polls: 1 } } });
    await world.minutes(2);
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ attempts: 1 });
    expect(work.lastError?.message).toBe('construct was not done within construct-timeout (300 s)');
    const calls = world.script.of('construct');
    expect(calls.every(({ context }) => !context.signal.aborted)).toBe(true);
    await world.minutes(8);
    expect((await world.only('cluster')).work.quarantine?.reason).toContain('construct-timeout');
  });

  test('gets what is left of construct-timeout as its time, and its signal ends it then', async () => {
    const world = await due({ 'construct-timeout': '3m' });
    const left: number[] = [];
    world.script.construct = ({ context }) => {
      left.push(context.remainingMs());
      return left.length === 1 ? notYet(null, 100_000) : hang();
    };
    await world.letGo();
    await world.minutes(2);
    const [first = 0, second = 0] = left;
    expect(first).toBe(180_000);
    expect(second).toBeCloseTo(60_000, -1);
    await world.advance(60_001);
    expect(world.script.of('construct').at(-1)?.context.signal.aborted).toBe(true);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 1 } });
  });

  test('for a month is asked again within construct-timeout', async () => {
    const world = await due({ 'construct-timeout': '10m' });
    world.script.construct = () => notYet(null, 30 * 24 * 3_600_000);
    await world.letGo();
    await world.minutes(12);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 1 } });
  });
});

describe('a construct that hangs', () => {
  test('is ended at the invocation’s deadline: aborted, a failed attempt, its claim given up', async () => {
    const world = await due();
    world.script.construct = hang;
    await world.letGo();
    await world.advance(529_000);
    const [call] = world.script.of('construct');
    expect(call?.context.remainingMs()).toBe(1000);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 0, crashes: 0 } });
    await world.advance(1000);
    expect(call?.context.signal.aborted).toBe(true);
    expect(call?.context.remainingMs()).toBe(0);
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ attempts: 1, crashes: 0, claimedUntil: null });
    expect(work.lastError?.message).toMatch(/^the run was ended after 530 s/);
    expect(world.clock.timers()).toBe(0);
  });

  test('is ended by construct-timeout, if that is shorter', async () => {
    const world = await due({ 'construct-timeout': '90s' });
    world.script.construct = hang;
    await world.letGo();
    await world.advance(90_000);
    const { work } = await world.only('cluster');
    expect(work.lastError?.message).toBe('construct was not done within construct-timeout (90 s)');
    expect(world.clock.timers()).toBe(0);
  });

  test('and ends in its own way when told to is a failed attempt all the same, with the reason', async () => {
    const world = await due({ 'construct-timeout': '90s' });
    world.script.construct = ({ context: { signal } }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('stopped on the way'));
        });
      });
    await world.letGo();
    await world.advance(90_000);
    expect((await world.only('cluster')).work.lastError?.message).toContain('construct-timeout');
    expect(world.clock.timers()).toBe(0);
  });

  test('and wakes up later can do no harm: what it returns then is not written', async () => {
    const world = await due({ 'construct-timeout': '90s', 'max-attempts': 1 });
    const late = Promise.withResolvers<unknown>();
    world.script.construct = () => late.promise;
    await world.letGo();
    await world.advance(90_000);
    const before = await world.inventory();
    late.resolve(constructed({ secret: 'too late' }));
    await world.settle();
    expect(await world.inventory()).toEqual(before);
  });

  test('for ever, in every attempt, ends in quarantine', async () => {
    const world = await due({ 'construct-timeout': '60s', 'max-attempts': 3 });
    world.script.construct = hang;
    await world.letGo();
    await world.minutes(15);
    expect(await world.only('cluster')).toMatchObject({ state: 'quarantined', work: { attempts: 3 } });
  });
});
