import { describe, expect, test } from '@jest/globals';

import type { Heartbeat, HeartbeatOptions } from '../../../shared/client/options.ts';
import type { EndingSignal } from '../../../shared/runtime/processSignals.ts';
import { BROKEN, goodServer, NOT_OURS, OK, play, type Play, type Server } from './fixtures.ts';

const HELD = { name: 'cluster-1', state: 'busy', owner: 'alice', leased: [{ name: 'host-1' }] };

function beating(
  server: Server,
  options: HeartbeatOptions = {},
  random = 0,
): Play & { beat: Heartbeat; told: string[] } {
  const told: string[] = [];
  const scene = play(server, {}, random);
  const beat = scene.client.heartbeat(HELD, {
    onBeat: () => told.push('beat'),
    onMissed: (error) => told.push(`missed: ${String(error)}`),
    onLost: (error) => told.push(`lost: ${error.message}`),
    ...options,
  });
  return { ...scene, beat, told };
}

describe('Signs of life', () => {
  test.each([
    [0, 60_000],
    [1, 48_000],
  ])('one a minute, up to a fifth earlier (%d), for each resource', async (random, first) => {
    const { calls, beat, pass, clock } = beating(() => OK, {}, random);
    await pass(2 * first);
    expect(calls.map(({ at, path, parameters }) => [at, path, parameters['name']])).toEqual([
      [first, '/update', 'cluster-1'],
      [first, '/update', 'host-1'],
      [2 * first, '/update', 'cluster-1'],
      [2 * first, '/update', 'host-1'],
    ]);
    await beat.stop();
    expect(clock.timers()).toBe(0);
  });

  test('the first at once, if that is wanted', async () => {
    const { calls, beat, pass } = beating(() => OK, { atOnce: true });
    await pass(0);
    expect(calls.map(({ at }) => at)).toEqual([0, 0]);
    await beat.stop();
  });

  test('one that could not be sent for half an interval is told, and the next follows', async () => {
    let isDown = true;
    const { told, beat, pass } = beating(() => (isDown ? BROKEN : OK));
    await pass(60_000);
    await pass(30_000);
    expect(told).toEqual([
      'missed: MasonError: no Boskos answers at http://boskos.example (the connection broke)',
    ]);
    isDown = false;
    await pass(60_000);
    expect(told.slice(1)).toEqual(['beat']);
    await beat.stop();
  });

  test('a loss is told once, even while the other one can not be reached, and nothing more is sent', async () => {
    const { told, beat, pass, calls } = beating(({ parameters }) =>
      parameters['name'] === 'host-1' ? NOT_OURS : BROKEN,
    );
    await pass(90_000);
    expect(told).toEqual(['lost: host-1 is not held by alice: nobody holds it']);
    expect(beat.lost.aborted).toBe(true);
    const sent = calls.length;
    await pass(600_000);
    expect(calls).toHaveLength(sent);
  });

  test('once it is stopped, nobody is told of what was on its way', async () => {
    const answer = Promise.withResolvers<typeof NOT_OURS>();
    const { told, beat, pass } = beating(() => answer.promise);
    await pass(60_000);
    const stopped = beat.stop();
    answer.resolve(NOT_OURS);
    await stopped;
    expect(told).toEqual([]);
  });

  test('a callback that throws ends them not, and stop tells it', async () => {
    const { beat, pass, calls } = beating(() => OK, {
      onBeat() {
        throw new Error('onBeat is broken');
      },
    });
    await pass(60_000);
    await pass(60_000);
    expect(calls).toHaveLength(4);
    await expect(beat.stop()).rejects.toThrow('onBeat is broken');
  });
});

describe('using, and a signal to the process', () => {
  /** Work that ends when it is told to. */
  const obedient = (_: unknown, { signal }: { signal: AbortSignal }): Promise<string> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('ended early');
      });
    });

  test.each<EndingSignal>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    '%s: it is given back, then the process ends',
    async (name) => {
      let releasedBefore: readonly EndingSignal[] | null = null;
      const scene = play((call) => {
        if (call.path === '/release') releasedBefore = [...scene.signals.raised];
        return goodServer(call);
      });
      const using = scene.client.using('cluster', {}, obedient);
      await scene.pass(0);
      expect(scene.signals.listeners()).toBe(1);
      scene.signals.send(name);
      await scene.pass(0);
      await using;
      expect(scene.lines().at(-1)).toBe('/release cluster-1 dirty');
      expect(releasedBefore).toEqual([]);
      expect(scene.signals.raised).toEqual([name]);
      expect(scene.signals.listeners()).toBe(0);
      expect(scene.clock.timers()).toBe(0);
    },
  );

  test('work that does not end has its grace', async () => {
    const scene = play(goodServer);
    const using = expect(
      scene.client.using('cluster', {}, () => new Promise(() => undefined)),
    ).rejects.toThrow('ended by SIGINT');
    await scene.pass(0);
    scene.signals.send('SIGINT');
    await scene.pass(1_999);
    expect(scene.lines()).not.toContain('/release cluster-1 dirty');
    await scene.pass(1);
    await using;
    expect(scene.lines()).toContain('/release cluster-1 dirty');
    expect(scene.signals.raised).toEqual(['SIGINT']);
  });

  test('while it waits for one', async () => {
    const scene = play(() => ({ status: 404, body: 'no available resource cluster, try again later.' }));
    const using = expect(scene.client.using('cluster', { wait: 60_000 }, obedient)).rejects.toThrow(
      'ended by SIGINT',
    );
    await scene.pass(0);
    scene.signals.send('SIGINT');
    await using;
    expect(scene.signals.raised).toEqual(['SIGINT']);
    expect(scene.clock.timers()).toBe(0);
  });

  test('without one the handlers are there only meanwhile', async () => {
    const scene = play(goodServer);
    expect(scene.signals.listeners()).toBe(0);
    const during = await scene.client.using('cluster', {}, async () => scene.signals.listeners());
    expect([during, scene.signals.listeners(), scene.signals.raised]).toEqual([1, 0, []]);
  });
});

describe('using, and faults', () => {
  test('the fault of the work is told, not that of the release after it', async () => {
    const { client } = play((call) => (call.path === '/release' ? NOT_OURS : goodServer(call)));
    const work = async (): Promise<never> => Promise.reject(new Error('red'));
    await expect(client.using('cluster', {}, work)).rejects.toThrow('red');
  });

  test('a release that fails after good work is no secret', async () => {
    const { client } = play((call) => (call.path === '/release' ? NOT_OURS : goodServer(call)));
    await expect(client.using('cluster', {}, async () => 'green')).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
  });

  /** One that has a cluster until the first sign of life. */
  const forgetful: Server = (call) => (call.path === '/update' ? NOT_OURS : goodServer(call));
  const broken = (): never => {
    throw new Error('the callback is broken');
  };

  const rejecting = (): unknown => Promise.reject(new Error('the callback is broken'));

  test.each([
    ['throws', broken],
    ['rejects with', rejecting],
  ])('what onMissed %s is told after the release', async (_, onMissed) => {
    let isDown = true;
    const scene = play((call) => (call.path === '/update' && isDown ? BROKEN : goodServer(call)));
    const enough = Promise.withResolvers<string>();
    const using = expect(scene.client.using('cluster', { onMissed }, () => enough.promise)).rejects.toThrow(
      'the callback is broken',
    );
    await scene.pass(60_000);
    await scene.pass(30_000);
    isDown = false;
    enough.resolve('green');
    await using;
    expect(scene.lines().at(-1)).toBe('/release cluster-1 dirty');
    expect(scene.clock.timers()).toBe(0);
  });

  test.each([
    ['throws', broken],
    ['rejects with', rejecting],
  ])(
    'what onLost %s keeps the work from nothing: it is told to end, and both are told',
    async (_, onLost) => {
      const scene = play(forgetful);
      const using = scene.client.using('cluster', { onLost }, async (_, { signal }) => {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      });
      const told = expect(using).rejects.toMatchObject({
        errors: [{ code: 'LEASE_LOST' }, { message: 'the callback is broken' }],
      });
      await scene.pass(60_000);
      await told;
      expect(scene.lines()).toContain('/release host-1 dirty');
    },
  );

  test("the caller's own signal ends the work", async () => {
    const controller = new AbortController();
    const scene = play(goodServer);
    const using = scene.client.using('cluster', { signal: controller.signal }, async (_, { signal }) => {
      controller.abort(new Error('enough'));
      signal.throwIfAborted();
    });
    await expect(using).rejects.toThrow('enough');
    expect(scene.lines()).toContain('/release cluster-1 dirty');
    expect(scene.signals.raised).toEqual([]);
  });
});
