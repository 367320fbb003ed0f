import { describe, expect, test } from '@jest/globals';

import type { Boskos } from '../../../shared/boskos/port.ts';
import { MasonError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/mason/run.ts';
import { createWorld } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const ONE = configOf(physical('project', 2), virtual('cluster', { min: 1 }));

/** A cluster that is due for clean, with another Boskos than the ranch in this. */
async function due(change: Partial<Boskos>) {
  const world = createWorld({ config: ONE });
  world.hold('clean');
  await world.tick();
  Object.assign(world.process.mason.boskos, change);
  const { name, work } = await world.only('cluster');
  const system = { cycle: work.cycle, phase: 'clean' } as const;
  const message = { id: 'event-7', time: world.clock.now(), data: name, system, trace: null };
  const handle = (task: () => Promise<Outcome>) => world.process.mason.engine.handle('clean', message, task);
  return { world, handle, crashes: async () => (await world.only('cluster')).work.crashes };
}

const never = (): Promise<Outcome> => Promise.reject(new Error('it was begun'));
const unavailable = new MasonError('BOSKOS_UNAVAILABLE', 'the server is away');

describe('a run on another Boskos', () => {
  test('is not begun if its resource is not ours any more', async () => {
    const { world, handle } = await due({ confirm: () => Promise.resolve(null) });
    expect((await handle(never)).outcome).toBe('disowned');
    expect(world.said('disowned')).toHaveLength(1);
    expect(world.clock.timers()).toBe(0);
  });

  test('rests while nobody knows whose the resource is, and no attempt is counted', async () => {
    const { world, handle } = await due({ confirm: () => Promise.reject(unavailable) });
    expect((await handle(never)).outcome).toBe('deferred');
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ phase: 'clean', claimedUntil: null, attempts: 0, crashes: 0 });
    expect((work.dueAt ?? 0) - world.clock.now()).toBeGreaterThan(2_900);
    expect(world.said('deferred').map(({ message }) => message)).toEqual([
      expect.stringMatching(/ waits for its Boskos: the server is away$/),
    ]);
  });

  test('is never a crash, however long the server is away', async () => {
    const { world, handle, crashes } = await due({ confirm: () => Promise.reject(unavailable) });
    for (let tries = 0; tries < 30; tries += 1) {
      await world.advance(60_000);
      await handle(never);
    }
    expect(await crashes()).toBe(0);
  });

  test('that could not tell the server of its end rests, too, and is done again', async () => {
    const { world, handle } = await due({ keepConstructed: () => Promise.reject(unavailable) });
    const constructed = (): Promise<Outcome> => Promise.resolve({ kind: 'constructed', userData: {} });
    expect((await handle(constructed)).outcome).toBe('deferred');
    expect(await world.only('cluster')).toMatchObject({ work: { phase: 'clean', attempts: 0 } });
  });

  test('a fault that is not the server’s still asks for another delivery', async () => {
    const fault = new MasonError('LEDGER_UNAVAILABLE', 'away');
    const { handle } = await due({ confirm: () => Promise.reject(fault) });
    await expect(handle(never)).rejects.toBe(fault);
  });
});
