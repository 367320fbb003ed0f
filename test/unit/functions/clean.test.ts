import { describe, expect, test } from '@jest/globals';

import { constructed } from '../../../shared/masonables/port.ts';
import { due, constructTimes } from './cleanSteps.ts';

describe('clean', () => {
  test('calls the Masonable with the resource and all that it leases', async () => {
    const world = await due();
    await world.letGo();
    const { name } = await world.only('cluster');
    expect(world.script.of('construct')).toMatchObject([
      {
        resource: { type: 'cluster', name, userData: { leasedResources: '- project-1\n' } },
        leased: { project: [{ type: 'project', name: 'project-1', userData: {} }] },
        context: { cycle: 1, checkpoint: null },
        content: { version: 1 },
      },
    ]);
  });

  test('stores the user data that construct returns, beside leasedResources', async () => {
    const world = await due();
    world.script.construct = () => constructed({ kubeconfig: 'apiVersion: v1', empty: '' });
    world.hold('free');
    await world.settle();
    expect((await world.only('cluster')).userData).toEqual({
      kubeconfig: 'apiVersion: v1',
      empty: '',
      leasedResources: '- project-1\n',
    });
  });

  test('leaves phase free', async () => {
    const world = await due();
    world.hold('free');
    await world.settle();
    const { name, work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'free', constructingSince: null, checkpoint: null });
    expect(world.wire.waiting).toMatchObject([{ topic: 'free', data: name }]);
  });

  test('offers a signal that is not aborted, and the time that is left', async () => {
    const world = await due();
    await world.letGo();
    const [call] = world.script.of('construct');
    expect(call?.context.signal.aborted).toBe(false);
    expect(call?.context.remainingMs()).toBe(530_000);
  });
});

describe('a construct that fails', () => {
  test('once is tried again after its backoff, and the attempts are forgotten', async () => {
    const world = await due();
    const { construct } = world.script;
    world.script.construct = () => {
      world.script.construct = construct;
      throw new Error('quota');
    };
    await world.letGo();
    const { state, work } = await world.only('cluster');
    expect(state).toBe('cleaning');
    expect(work).toMatchObject({
      phase: 'clean',
      attempts: 1,
      claimedUntil: null,
      constructingSince: null,
      lastError: { phase: 'clean', message: 'quota' },
    });
    expect(work.leases).toHaveLength(1);
    expect(work.notBefore - world.clock.now()).toBeGreaterThanOrEqual(5_000);
    expect(work.notBefore - world.clock.now()).toBeLessThan(10_001);
    await world.minutes(1);
    expect(await world.only('cluster')).toMatchObject({
      state: 'free',
      work: { attempts: 0, lastError: null },
    });
  });

  test('three times waits longer each time, then succeeds', async () => {
    const world = await due({ 'retry-base': '10s' });
    const { construct } = world.script;
    let failures = 3;
    world.script.construct = (call) => {
      if (failures === 0) return construct(call);
      failures -= 1;
      throw new Error('not yet up');
    };
    const [first = 0, second = 0, third = 0, fourth = 0, ...more] = await constructTimes(world, 120);
    expect(more).toEqual([]);
    const pauses = [second - first, third - second, fourth - third];
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(5 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(10 * 2 ** index + 1);
    }
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { attempts: 0 } });
  });

  test('never waits longer than retry-max', async () => {
    const world = await due({ 'max-attempts': 20, 'retry-base': '1s', 'retry-max': '8s' });
    world.script.construct = () => Promise.reject(new Error('no'));
    const times = await constructTimes(world, 180);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times).toHaveLength(20);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(9);
  });

  test('max-attempts times goes to quarantine: with its reason, with its leases, and nothing runs it', async () => {
    const world = await due({ 'max-attempts': 3 });
    world.script.construct = () => Promise.reject(new Error('billing is off'));
    await world.letGo();
    await world.minutes(10);
    const { name, state, owner, work } = await world.only('cluster');
    expect(world.script.of('construct')).toHaveLength(3);
    expect(state).toBe('quarantined');
    expect(owner).toBe(work.owner);
    expect(work).toMatchObject({
      phase: 'clean',
      attempts: 3,
      dueAt: null,
      quarantine: { reason: 'clean failed 3 times, the last time so: billing is off' },
      lastError: { message: 'billing is off' },
    });
    expect(work.leases.map((lease) => lease.name)).toEqual(['project-1']);
    expect(await world.member('project-1')).toMatchObject({ state: 'leased', heldBy: name });
    expect(world.said('quarantined')).toMatchObject([{ severity: 'ERROR', resource: name, phase: 'clean' }]);

    await world.say('clean', name);
    await world.say('recycle', name);
    expect(world.script.of('construct')).toHaveLength(3);
    expect(world.said('refused').at(-1)).toMatchObject({ severity: 'WARNING' });
  });

  test('and is in quarantine comes out by retry, and goes on with all attempts', async () => {
    const world = await due({ 'max-attempts': 2 });
    const { construct } = world.script;
    world.script.construct = () => Promise.reject(new Error('no'));
    await world.letGo();
    await world.minutes(5);
    const { name } = await world.only('cluster');
    const wake = await world.ledger.claims.retry(name, 60_000);
    expect(wake).toMatchObject({ name, task: 'clean' });
    expect(await world.member(name)).toMatchObject({
      state: 'cleaning',
      work: { attempts: 0, quarantine: null },
    });
    await world.minutes(1);
    expect(await world.member(name)).toMatchObject({ work: { attempts: 1 } });
    world.script.construct = construct;
    await world.restore(3);
    expect(await world.member(name)).toMatchObject({ state: 'free' });
  });

  const thrown: [string, () => unknown, string][] = [
    ['a string', () => { throw 'just words'; }, 'just words'], // eslint-disable-line @typescript-eslint/only-throw-error
    ['undefined', () => { throw undefined; }, 'it threw undefined'], // eslint-disable-line @typescript-eslint/only-throw-error
    ['null, as a rejection', () => Promise.reject(null), 'it threw null'], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    ['an object', () => { throw { code: 409 }; }, 'it threw { code: 409 }'], // eslint-disable-line @typescript-eslint/only-throw-error
    ['an object without a prototype', () => { throw Object.create(null); }, 'it threw [Object: null prototype] {}'],
    ['a symbol', () => { throw Symbol('s'); }, 'it threw Symbol(s)'], // eslint-disable-line @typescript-eslint/only-throw-error
    ['an error without a message', () => { throw new TypeError(''); }, 'it threw TypeError'],
    ['an error whose message is none', () => { throw Object.assign(new Error('x'), { message: 7 }); }, 'it threw'],
    ['an error whose message throws', () => { throw Object.defineProperty(new Error('x'), 'message', { get: () => { throw new Error('y'); } }); }, 'it threw'],
    ['an error with a cause', () => { throw new Error('no cluster', { cause: new Error('409') }); }, 'no cluster'],
  ]; // prettier-ignore
  test.each(thrown)(
    'with %s is a failed attempt, with what can be said of it',
    async (_, construct, message) => {
      const world = await due();
      world.script.construct = construct;
      await world.letGo();
      const { work } = await world.only('cluster');
      expect(work).toMatchObject({ attempts: 1, claimedUntil: null });
      expect(work.lastError?.message).toContain(message);
      expect(world.wire.rejections).toEqual([]);
    },
  );

  test('with a message as long as a book keeps its beginning and its end', async () => {
    const world = await due();
    world.script.construct = () => Promise.reject(new Error(`begin ${'x'.repeat(1_000_000)} end`));
    await world.letGo();
    const message = (await world.only('cluster')).work.lastError?.message ?? '';
    expect(message.length).toBeLessThan(3_000);
    expect(message).toMatch(/^begin x+/);
    expect(message).toMatch(/x+ end$/);
  });
});

describe('a construct that returns nonsense', () => {
  const returned: [string, unknown, RegExp][] = [
    ['nothing', undefined, /nonsense/],
    ['null', null, /nonsense/],
    ['a string', 'done', /nonsense/],
    ['an empty object', {}, /done/],
    ['done without user data', { done: true }, /userData/],
    ['user data that is a list', { done: true, userData: ['a'] }, /userData/],
    ['user data with a number', { done: true, userData: { port: 80 } }, /userData\.port/],
    ['“done” as a word', { done: 'true', userData: {} }, /done/],
    ['not yet without a time', { done: false, checkpoint: null }, /againInMs/],
    ['not yet with a time that is past', { done: false, checkpoint: null, againInMs: -1 }, /againInMs/],
    ['not yet for NaN', { done: false, checkpoint: null, againInMs: NaN }, /againInMs/],
    ['not yet for ever', { done: false, checkpoint: null, againInMs: Infinity }, /againInMs/],
    [
      'a checkpoint that is no JSON',
      { done: false, checkpoint: { at: new Date() }, againInMs: 1 },
      /checkpoint/,
    ],
    ['a checkpoint with a function', { done: false, checkpoint: () => 1, againInMs: 1 }, /checkpoint/],
    ['no checkpoint', { done: false, againInMs: 1 }, /checkpoint/],
    ['too much user data', constructed({ log: 'x'.repeat(300_000) }), /userData: .*larger than 256 KiB/],
    [
      'too large a checkpoint',
      { done: false, checkpoint: 'x'.repeat(300_000), againInMs: 1 },
      /checkpoint: .*larger than 256 KiB/,
    ],
    ['leasedResources, which is Mason’s own', constructed({ leasedResources: '[]' }), /leasedResources/],
  ];
  test.each(returned)('(%s) fails, and the reason names it', async (_, answer, reason) => {
    const world = await due();
    world.script.construct = () => answer;
    await world.letGo();
    const { state, userData, work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'clean', attempts: 1, checkpoint: null });
    expect(work.lastError?.message).toMatch(reason);
    expect({ state, userData }).toEqual({
      state: 'cleaning',
      userData: { leasedResources: '- project-1\n' },
    });
  });

  test('a checkpoint in a circle fails, and nothing breaks', async () => {
    const world = await due();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    world.script.construct = () => ({ done: false, checkpoint: circle, againInMs: 1 });
    await world.letGo();
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 1 } });
    expect(world.wire.rejections).toEqual([]);
  });
});
