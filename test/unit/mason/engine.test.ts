import { describe, expect, test } from '@jest/globals';

import { MasonError } from '../../../shared/errors.ts';
import type { Outcome, Run } from '../../../shared/mason/run.ts';
import { parseTraceparent } from '../../../shared/runtime/trace.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** A world whose only cluster is due for this phase, and the message that says so. */
async function due(phase: 'recycle' | 'fulfill' | 'clean' | 'free') {
  const world = createWorld({ config: ONE });
  world.hold(phase);
  await world.tick();
  const { name, work } = await world.only('cluster');
  const message = {
    id: 'event-7',
    time: world.clock.now(),
    data: name,
    system: { cycle: work.cycle, phase },
    trace: null as string | null,
  };
  const handle = (task: (run: Run) => Promise<Outcome>) =>
    world.process.mason.engine.handle(phase, message, task);
  return { world, name, message, handle };
}

/** Whatever Node says of promises that nobody waits for while `body` runs. */
async function unhandled(body: () => Promise<void>): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => void reasons.push(reason);
  process.on('unhandledRejection', note);
  try {
    await body();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  return reasons;
}

const later = (world: World, ms: number): Promise<void> =>
  new Promise((resolve) => {
    world.clock.after(ms, resolve);
  });

describe('a run', () => {
  test('gets its record as claimed, its type’s config, and what it needs to know', async () => {
    const { world, name, handle } = await due('clean');
    let seen: Run | undefined;
    await handle(async (run) => {
      seen = run;
      return { kind: 'constructed', userData: {} };
    });
    expect(seen?.record).toMatchObject({
      name,
      work: {
        token: 4,
        claimedUntil: expect.any(Number) as unknown,
        constructingSince: expect.any(Number) as unknown,
      },
    });
    expect(seen?.spec).toMatchObject({ type: 'cluster', needs: { project: 1 } });
    expect(seen?.context).toMatchObject({ cycle: 1, token: 4, checkpoint: null });
    expect(seen?.record.work.claimedUntil).toBeGreaterThan(world.clock.now() + 29_999);
    expect(seen?.record.work.claimedUntil).toBe(seen?.record.work.dueAt);
  });

  test('is not begun at all when its message is for another phase, cycle or name', async () => {
    const { world, message } = await due('clean');
    const never = (): Promise<Outcome> => Promise.reject(new Error('it was begun'));
    const { engine } = world.process.mason;
    await engine.handle('free', message, never);
    await engine.handle('clean', { ...message, system: { cycle: 2, phase: 'clean' } }, never);
    await engine.handle('clean', { ...message, data: 'nobody' }, never);
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', token: 3 } });
  });

  test('that throws asks for another delivery, and leaves no timer behind', async () => {
    const { world, handle } = await due('clean');
    const fault = new MasonError('LEDGER_UNAVAILABLE', 'away');
    const reasons = await unhandled(async () => {
      await expect(handle(() => Promise.reject(fault))).rejects.toBe(fault);
    });
    expect(reasons).toEqual([]);
    expect(world.clock.timers()).toBe(0);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 0, phase: 'clean' } });
  });

  test('that throws before it returns a promise does so, too', async () => {
    const { world, handle } = await due('clean');
    const reasons = await unhandled(async () => {
      const thrown = (): never => {
        throw new Error('at once');
      };
      await expect(handle(thrown)).rejects.toThrow('at once');
    });
    expect(reasons).toEqual([]);
    expect(world.clock.timers()).toBe(0);
  });

  test('that rejects after its end was decided is heard by nobody, and nothing is left unhandled', async () => {
    const { world, handle } = await due('clean');
    const reasons = await unhandled(async () => {
      const handled = handle(async () => {
        await later(world, 600_000);
        throw new Error('too late');
      });
      await world.advance(530_000);
      await handled;
      await world.advance(100_000);
    });
    expect(reasons).toEqual([]);
    expect(await world.only('cluster')).toMatchObject({ work: { attempts: 1 } });
  });

  test('whose renewals all fail leaves nothing unhandled', async () => {
    const { world, handle } = await due('clean');
    world.meddle = ({ name }) => (name === 'claims.renew' ? 'unavailable' : undefined);
    const reasons = await unhandled(async () => {
      const handled = handle(async () => {
        await later(world, 65_000);
        return { kind: 'constructed', userData: {} };
      });
      await world.advance(65_000);
      await handled;
    });
    expect(reasons).toEqual([]);
    expect(world.said('unrenewed').map(({ severity }) => severity)).toEqual(
      Array.from({ length: 6 }, () => 'WARNING'),
    );
    expect(await world.only('cluster')).toMatchObject({ state: 'free', work: { attempts: 0, crashes: 0 } });
  });

  test('that ends at the very moment of its deadline ends once', async () => {
    const { world, handle } = await due('clean');
    const handled = handle(async () => {
      await later(world, 530_000);
      return { kind: 'constructed', userData: {} };
    });
    await world.advance(530_000);
    await handled;
    const { work } = await world.only('cluster');
    expect([work.phase, work.attempts]).toEqual(['clean', 1]);
    expect(world.clock.timers()).toBe(0);
  });
});

describe('a run’s signal', () => {
  test('is aborted with the reason when its time is up', async () => {
    const { world, handle } = await due('recycle');
    let signal: AbortSignal | undefined;
    const handled = handle(({ context }) => {
      signal = context.signal;
      return new Promise(() => undefined);
    });
    await world.advance(529_999);
    expect(signal?.aborted).toBe(false);
    await world.advance(1);
    await handled;
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ message: expect.stringContaining('530 s') as unknown });
  });

  test('is not aborted by a good end: what was made lives on', async () => {
    const { world, handle } = await due('clean');
    let signal: AbortSignal | undefined;
    await handle(async ({ context }) => {
      signal = context.signal;
      return { kind: 'constructed', userData: {} };
    });
    await world.advance(1_000_000);
    expect(signal?.aborted).toBe(false);
  });
});

describe('what follows from a message', () => {
  test('carries its trace, from message to message and in the log', async () => {
    const { world, name, message } = await due('clean');
    const work = async (): Promise<Outcome> => ({ kind: 'constructed', userData: {} });
    await world.process.mason.engine.handle('clean', { ...message, trace: traceparent }, work);
    expect(world.said('constructed')).toMatchObject([{ resource: name, phase: 'clean', trace: TRACE }]);
    expect(world.wire.waiting.at(-1)).toMatchObject({ topic: 'free', attributes: { trace: traceparent } });
    await world.letGo();
    expect(world.said('readyToFree')).toMatchObject([{ trace: TRACE }]);
  });

  test('has a span of its own in each function', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const carried = world.wire.published.flatMap(({ attributes }) => attributes['trace'] ?? []);
    const spans = carried.map((text) => parseTraceparent(text));
    expect(spans).toHaveLength(3);
    expect(new Set(spans.map((span) => span?.traceId)).size).toBe(1);
    expect(new Set(spans.map((span) => span?.spanId)).size).toBe(3);
  });

  test('of a message without one begins a trace: one word finds a whole round in the log', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const events = ['recycled', 'fulfilled', 'constructed', 'readyToFree'];
    const traces = events.flatMap((event) => world.said(event).map(({ trace }) => trace));
    expect(traces).toHaveLength(4);
    expect(new Set(traces).size).toBe(1);
    expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each(['', 'letter-7', '00-4bf92f-00f067-01', 'x'.repeat(1024)])(
    'of a message whose trace is none (%j) begins one, and is handled well',
    async (trace) => {
      const { world, name, message } = await due('clean');
      await world.post('clean', name, { type: 'cluster', cycle: '1', phase: message.system.phase, trace });
      await world.letGo();
      expect(world.wire.rejections).toEqual([]);
      expect(await world.only('cluster')).toMatchObject({ state: 'free' });
      expect(world.said('constructed')[0]?.trace).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  test('carries no trace to another resource: each has its own', async () => {
    const world = createWorld({ config: configOf(physical('project', 2), virtual('cluster', { min: 2 })) });
    await world.tick();
    const [first, second] = [await world.acquire('cluster'), await world.acquire('cluster')];
    await world.acquireLeased(first);
    await world.release(second.name, 'dirty');
    await world.restore(5, ({ owner }) => owner === 'alice');
    const traces = Map.groupBy(
      world.log.filter(({ trace }) => trace !== undefined),
      ({ trace }) => trace,
    );
    for (const entries of traces.values())
      expect(new Set(entries.flatMap(({ resource }) => resource ?? [])).size).toBe(1);
  });

  test('of an order is in its trace: who was told, and what came of it', async () => {
    const world = createWorld({ config: ONE });
    await world.tick();
    const { name } = await world.only('cluster');
    await world.say('recycle', name);
    const [ordered] = world.said('ordered');
    expect(ordered?.trace).toMatch(/^[0-9a-f]{32}$/);
    expect(world.said('recycled').at(-1)?.trace).toBe(ordered?.trace);
  });
});

describe('the engine says of a message', () => {
  test('what came of it, for its span', async () => {
    const { name, handle } = await due('clean');
    const constructed = { kind: 'constructed', userData: { key: 'sesame' } } as const;
    expect(await handle(async () => constructed)).toEqual({
      resource: name,
      type: 'cluster',
      phase: 'clean',
      cycle: 1,
      outcome: 'constructed',
    });
    expect(await handle(async () => constructed)).toEqual({
      resource: name,
      phase: 'clean',
      outcome: 'refused',
    });
  });

  test('nothing that its publisher may have written into it', async () => {
    const { world, message } = await due('clean');
    const never = (): Promise<Outcome> => Promise.reject(new Error('it was begun'));
    const handled = world.process.mason.engine.handle('clean', { ...message, data: 'SE SAME' }, never);
    expect(await handled).toEqual({ phase: 'clean', outcome: 'misaddressed' });
  });
});

describe('no log line', () => {
  test('of a whole life holds user data or checkpoints', async () => {
    const world = createWorld({ config: ONE });
    const { construct } = world.script;
    world.script.construct = () => {
      world.script.construct = construct;
      return { done: false, checkpoint: { token: 'sesame-in-a-checkpoint' }, againInMs: 1 };
    };
    await world.restore(4);
    const { name } = await world.acquire('cluster');
    await world.users.update({ name, state: 'busy', owner: 'alice', userData: { key: 'sesame-of-a-user' } });
    await world.release(name, 'dirty');
    await world.restore(4);
    const log = JSON.stringify(world.log);
    expect(log).not.toContain('sesame');
    expect(log).not.toContain(`${name}-1`);
  });
});
