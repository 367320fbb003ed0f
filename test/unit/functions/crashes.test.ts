import { describe, expect, test } from '@jest/globals';

import { constructed, notYet } from '../../../shared/masonables/port.ts';
import { inTwoCommits } from '../../support/inTwoCommits.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { hang } from '../../support/worldScript.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** A world whose only cluster is under construction, for as long as the test likes. */
async function constructing(
  config = ONE,
): Promise<{ world: World; finish: (answer: unknown) => Promise<void> }> {
  const world = createWorld({ config });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const { construct } = world.script;
  world.script.construct = () => {
    world.script.construct = construct;
    return promise;
  };
  await world.tick();
  return {
    world,
    finish: (answer) => {
      resolve(answer);
      return world.settle();
    },
  };
}

describe('a process that dies in construct', () => {
  test('leaves the resource to its claim: a duplicate is acknowledged, nobody else constructs', async () => {
    const { world } = await constructing();
    world.process.kill();
    await world.advance(29_000);
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', crashes: 0, attempts: 0 } });
    expect(world.script.of('construct')).toHaveLength(1);
    expect(world.wire.rejections).toEqual([]);
  });

  test('is found by sync once its claim has expired; the next run resumes its cycle', async () => {
    const { world } = await constructing();
    world.process.kill();
    await world.restore(2);
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ cycle: 1, crashes: 0, attempts: 0 });
    const calls = world.script.of('construct').map(({ context }) => context);
    expect(calls.map(({ cycle }) => cycle)).toEqual([1, 1]);
    expect(calls[1]?.token).toBeGreaterThan(calls[0]?.token ?? 0);
  });

  test('costs a crash, not an attempt', async () => {
    const { world } = await constructing();
    world.process.kill();
    world.script.construct = hang;
    await world.minutes(1);
    expect(await world.only('cluster')).toMatchObject({ work: { crashes: 1, attempts: 0 } });
  });

  test('keeps the checkpoint of the run before it', async () => {
    const world = createWorld({ config: ONE });
    const answers = [
      () => notYet({ half: 'built' }, 1000),
      () => {
        world.process.kill();
        return hang();
      },
      () => constructed({}),
    ];
    world.script.construct = () => answers.shift()?.();
    await world.restore(5);
    expect(world.script.of('construct').map(({ context }) => context.checkpoint)).toEqual([
      null,
      { half: 'built' },
      { half: 'built' },
    ]);
  });

  test('every time it runs ends in quarantine, with its leases', async () => {
    const world = createWorld({ config: ONE });
    world.script.construct = () => {
      world.process.kill();
      return hang();
    };
    await world.minutes(40);
    const { state, work } = await world.only('cluster');
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toMatch(/^its process died 1[01] times in phase clean$/);
    expect(work).toMatchObject({ attempts: 0, dueAt: null, leases: [{ name: 'project-1' }] });
    const runs = world.script.of('construct').length;
    expect(runs).toBeGreaterThanOrEqual(10);
    await world.minutes(10);
    expect(world.script.of('construct')).toHaveLength(runs);
    expect(world.said('quarantined')).toMatchObject([{ severity: 'ERROR' }]);
  });

  test('and is in quarantine comes out by retry', async () => {
    const world = createWorld({ config: ONE });
    const { construct } = world.script;
    world.script.construct = () => {
      world.process.kill();
      return hang();
    };
    await world.minutes(40);
    world.script.construct = construct;
    const { name } = await world.only('cluster');
    await world.ledger.claims.retry(name, 60_000);
    await world.restore(2);
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { crashes: 0 } });
  });

  test('gives its construct slot on when it goes to quarantine', async () => {
    const mason = { 'max-constructing': 1 };
    const world = createWorld({ config: configOf(physical('project', 2), virtual('cluster', { mason })) });
    const { construct } = world.script;
    let bad = '';
    world.script.construct = (call) => {
      bad ||= call.resource.name;
      if (call.resource.name !== bad) return construct(call);
      world.process.kill();
      return hang();
    };
    await world.tick();
    for (let death = 1; world.said('quarantined').length === 0 && death < 20; death += 1) {
      await world.advance(30_001);
      // A person's wake-up, so that it isn't sync who finds the one that waits for the slot.
      await world.say('clean', bad);
    }
    expect(await world.states('cluster')).toEqual({ quarantined: 1, free: 1 });
  });
});

describe('a process that dies', () => {
  test('in destroy leaves user data and leases, and the next run destroys again', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.leave(name, 'dirty');
    const { destroy } = world.script;
    world.script.destroy = () => {
      world.script.destroy = destroy;
      world.process.kill();
      return hang();
    };
    await world.tick();
    expect(await world.member(name)).toMatchObject({
      userData: { secret: `${name}-1` },
      work: { phase: 'recycle', leases: [{ name: 'project-1' }] },
    });
    await world.restore(4);
    expect(world.script.of('destroy').map(({ context }) => context.cycle)).toEqual([2, 2]);
    expect(await world.member(name)).toMatchObject({ userData: { secret: `${name}-2` } });
  });

  test.each(['fulfill', 'free'] as const)('in %s costs nothing: no crash is counted there', async (phase) => {
    const world = createWorld({ config: ONE });
    let dying = true;
    world.meddle = ({ name, args }) => {
      const isIt = name === 'claims.claim' && (args[0] as { task: string }).task === phase;
      if (!isIt || !dying) return undefined;
      dying = false;
      return 'dieAfter';
    };
    inTwoCommits(world);
    await world.tick();
    expect(await world.only('cluster')).toMatchObject({ work: { phase } });
    world.hold('clean', 'free');
    await world.minutes(2);
    expect(await world.only('cluster')).toMatchObject({ work: { crashes: 0, attempts: 0 } });
    await world.letGo();
    await world.restore(2);
  });

  test('between its commit and its publish is found by sync', async () => {
    const world = createWorld({ config: ONE });
    let deaths = 0;
    world.meddle = ({ name }) => (name === 'topics.publish' && deaths++ < 12 ? 'die' : undefined);
    await world.restore(20);
    expect(deaths).toBeGreaterThan(12);
    expect(world.script.of('construct')).toHaveLength(1);
  });
});

describe('a run that is paused past its claim and overtaken', () => {
  test('writes nothing any more: what it constructed is lost, its successor’s work stands', async () => {
    const { world, finish } = await constructing();
    const paused = world.process;
    paused.pause();
    world.startProcess();
    await world.restore(3);
    const before = await world.inventory();
    await finish(constructed({ secret: 'of the run that was paused' }));
    paused.resume();
    await world.settle();
    expect(await world.inventory()).toEqual(before);
    expect(world.said('lost')).toMatchObject([{ severity: 'WARNING', phase: 'clean' }]);
    expect((await world.only('cluster')).userData).not.toMatchObject({
      secret: 'of the run that was paused',
    });
    expect(world.clock.timers()).toBe(0);
  });

  test.each(['claims.settle', 'claims.renew'])('just before its %s, which is refused', async (call) => {
    const world = createWorld({ config: ONE });
    const first = world.process;
    const late = Promise.withResolvers<unknown>();
    const { construct } = world.script;
    world.script.construct = (given) => {
      if (world.process !== first) return construct(given);
      return call === 'claims.settle' ? construct(given) : late.promise;
    };
    world.meddle = ({ name }) => {
      const isConstructed = world.script.of('construct').length > 0;
      if (name === call && isConstructed && world.process === first) {
        first.pause();
        world.startProcess();
      }
      return undefined;
    };
    await world.tick();
    await world.restore(3);
    const before = await world.inventory();
    first.resume();
    await world.settle();
    expect(await world.inventory()).toEqual(before);
    expect(world.said('lost')).toHaveLength(1);
    expect(world.clock.timers()).toBe(0);
    late.resolve(constructed({}));
    await world.settle();
    expect(await world.inventory()).toEqual(before);
  });

  test('is told by its signal as soon as it wakes up', async () => {
    const { world } = await constructing();
    const paused = world.process;
    const [call] = world.script.of('construct');
    paused.pause();
    world.startProcess();
    await world.restore(3);
    expect(call?.context.signal.aborted).toBe(false);
    paused.resume();
    await world.advance(10_000);
    expect(call?.context.signal.aborted).toBe(true);
    expect(call?.context.signal.reason).toMatchObject({ message: 'the claim was lost' });
    expect(world.clock.timers()).toBe(0);
  });

  test('in a cycle that is over destroys nothing of the next one', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.acquire('cluster');
    await world.release(name, 'dirty');
    const { destroy } = world.script;
    const late = Promise.withResolvers<unknown>();
    world.script.destroy = () => {
      world.script.destroy = destroy;
      return late.promise;
    };
    await world.tick();
    const paused = world.process;
    paused.pause();
    world.startProcess();
    await world.restore(4);
    const before = await world.inventory();
    late.resolve({ done: true });
    paused.resume();
    await world.settle();
    expect(await world.inventory()).toEqual(before);
    expect(await world.member(name)).toMatchObject({ state: 'free', userData: { secret: `${name}-2` } });
  });

  test('but not overtaken goes on: its claim is still the last', async () => {
    const { world, finish } = await constructing();
    world.process.pause();
    await world.advance(45_000);
    world.process.resume();
    await finish(constructed({ secret: 'late, but not overtaken' }));
    expect(await world.only('cluster')).toMatchObject({
      state: 'free',
      userData: { secret: 'late, but not overtaken' },
      work: { crashes: 0, attempts: 0 },
    });
  });
});

describe('a run that takes long', () => {
  test('renews its claim every 10 s, and nobody takes it from it', async () => {
    const { world, finish } = await constructing();
    for (let minute = 0; minute < 8; minute += 1) {
      await world.minutes(1);
      const { claimedUntil } = (await world.only('cluster')).work;
      expect((claimedUntil ?? 0) - world.clock.now()).toBeGreaterThan(19_000);
    }
    expect(world.calls.filter((call) => call === 'claims.renew')).toHaveLength(48);
    await finish(constructed({}));
    expect(world.script.of('construct')).toHaveLength(1);
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { crashes: 0 } });
    expect(world.clock.timers()).toBe(0);
  });

  test('goes on while the ledger can’t be reached, and renews when it can', async () => {
    const { world, finish } = await constructing();
    world.meddle = ({ name }) => (name === 'claims.renew' ? 'unavailable' : undefined);
    await world.advance(25_000);
    expect(world.said('unrenewed')).toHaveLength(2);
    expect(world.script.of('construct')[0]?.context.signal.aborted).toBe(false);
    world.meddle = () => undefined;
    await world.advance(10_000);
    const { claimedUntil } = (await world.only('cluster')).work;
    expect(claimedUntil).toBeGreaterThan(world.clock.now());
    await finish(constructed({ secret: 'in spite of it' }));
    expect(await world.only('cluster')).toMatchObject({ userData: { secret: 'in spite of it' } });
  });

  test('ends when its record was taken from it, and its signal says so', async () => {
    const { world, finish } = await constructing();
    const [call] = world.script.of('construct');
    // Half a minute without renewal and another claim: what a partition of the network does.
    world.meddle = ({ name }) => (name === 'claims.renew' ? 'unavailable' : undefined);
    await world.advance(30_001);
    world.meddle = () => undefined;
    await world.tick();
    await world.advance(10_000);
    expect(call?.context.signal.aborted).toBe(true);
    expect(world.script.of('construct')).toHaveLength(2);
    await finish(constructed({ secret: 'of the first' }));
    expect((await world.only('cluster')).userData).not.toMatchObject({ secret: 'of the first' });
    expect(world.said('lost')).toHaveLength(1);
  });

  test('renews no more once its time is up, even if it wakes up only then', async () => {
    const { world } = await constructing();
    world.process.pause();
    await world.advance(600_000);
    const renewals = world.calls.filter((call) => call === 'claims.renew').length;
    world.process.resume();
    await world.settle();
    expect(world.calls.filter((call) => call === 'claims.renew')).toHaveLength(renewals);
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ claimedUntil: null, attempts: 1 });
    expect(world.clock.timers()).toBe(0);
  });

  test('writes one thing at a time: the end of a run waits for a renewal that is under way', async () => {
    const world = createWorld({ config: ONE });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    world.script.construct = () => promise;
    await world.tick();
    const open: string[] = [];
    const overlaps: string[] = [];
    const claims = { ...world.ledger.claims };
    const reply = Promise.withResolvers<undefined>();
    const watch =
      <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        if (open.length > 0) overlaps.push(`${name} during ${open.join()}`);
        open.push(name);
        const result = await call(...args);
        if (name === 'renew') await reply.promise;
        open.pop();
        return result;
      };
    Object.assign(world.ledger.claims, {
      renew: watch('renew', (...args: Parameters<typeof claims.renew>) => claims.renew(...args)),
      settle: watch('settle', (...args: Parameters<typeof claims.settle>) => claims.settle(...args)),
    });
    await world.advance(10_000);
    resolve(constructed({}));
    await world.settle();
    expect(open).toEqual(['renew']);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean' } });
    reply.resolve(undefined);
    await world.settle();
    expect(overlaps).toEqual([]);
    expect(await world.only('cluster')).toMatchObject({ state: 'free' });
  });
});
