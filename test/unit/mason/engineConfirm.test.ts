import { describe, expect, test } from '@jest/globals';

import type { Boskos, Confirmed } from '../../../shared/boskos/port.ts';
import { MasonError } from '../../../shared/errors.ts';
import type { WorkRecord } from '../../../shared/ledger/records.ts';
import type { Outcome, PhaseWork } from '../../../shared/mason/run.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

/** A cluster that is due for clean, with another Boskos than the ranch in this. */
async function due(change: Partial<Boskos>, mason = {}) {
  const config = configOf(physical('project', 2), virtual('cluster', { min: 1, mason }));
  const world = createWorld({ config });
  world.hold('clean');
  await world.tick();
  Object.assign(world.process.mason.boskos, change);
  const { name, work } = await world.only('cluster');
  const system = { cycle: work.cycle, phase: 'clean' } as const;
  const message = { id: 'event-7', time: world.clock.now(), data: name, system, trace: null };
  const handle = (task: PhaseWork) => world.process.mason.engine.handle('clean', message, task);
  return { world, handle };
}

/** The server's answers: none while it is away. */
class Server {
  isAway = true;
  readonly confirm = (record: WorkRecord): Promise<Confirmed> =>
    this.isAway ? Promise.reject(unavailable) : Promise.resolve({ kind: 'ours', record });
}

/** How long (ms) a run may take that begins now. */
async function timeOf(handle: (task: PhaseWork) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await handle(({ context }) => {
    times.push(context.remainingMs());
    return Promise.resolve({ kind: 'notYet', checkpoint: null, againInMs: 0 });
  });
  return times[0] ?? 0;
}

/** As an existing Boskos finds it out: somebody has what was leased. */
async function loseLease(world: World, { name, owner, work }: WorkRecord): Promise<Confirmed> {
  for (const lease of work.leases) await world.leave(lease.name, 'busy', owner);
  const settled = await world.ledger.claims.settle(
    { name, token: work.token },
    { kind: 'freed', graceMs: 60_000 },
  );
  if (settled.kind !== 'settled') throw new Error(settled.kind);
  return { kind: 'restarted', settled };
}

const never = (): Promise<Outcome> => Promise.reject(new Error('it was begun'));
const unavailable = new MasonError('BOSKOS_UNAVAILABLE', 'the server is away');

describe('a run on another Boskos', () => {
  test('is not begun if its resource is not ours any more', async () => {
    const { world, handle } = await due({ confirm: () => Promise.resolve({ kind: 'disowned' }) });
    expect((await handle(never)).outcome).toBe('disowned');
    expect(world.said('disowned')).toHaveLength(1);
    expect(world.clock.timers()).toBe(0);
  });

  test('is not begun without all its leases: it goes round again at once, and the next has its construct slot', async () => {
    const mason = { 'max-constructing': 1 };
    const world = createWorld({
      config: configOf(physical('project', 4), virtual('cluster', { min: 2, mason })),
    });
    // A lease is lost between two commits.
    world.watched = false;
    let isLost = false;
    const confirm: Boskos['confirm'] = async (record) => {
      if (record.work.phase !== 'clean' || isLost) return { kind: 'ours', record };
      isLost = true;
      return loseLease(world, record);
    };
    Object.assign(world.process.mason.boskos, { confirm });
    await world.tick();
    expect(world.said('restarted').map(({ severity, message }) => [severity, message])).toEqual([
      ['INFO', expect.stringMatching(/: clean not done: a lease was lost: cycle 2 begins$/)],
    ]);
    expect(world.said('refused').map(({ message }) => message)).toEqual([
      expect.stringContaining('max-constructing'),
    ]);
    expect(world.said('disowned')).toEqual([]);
    expect(await world.states('cluster')).toEqual({ free: 2 });
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

  test('is neither a crash nor a failed attempt, however long the server is away', async () => {
    const server = new Server();
    const { world, handle } = await due(server, { 'construct-timeout': '10m', 'max-attempts': 1 });
    for (let tries = 0; tries < 30; tries += 1) {
      await world.advance(60_000);
      expect((await handle(never)).outcome).toBe('deferred');
    }
    const { work } = await world.only('cluster');
    expect(work).toMatchObject({ attempts: 0, crashes: 0, lastError: null, quarantine: null });
    server.isAway = false;
    await world.advance(60_000);
    expect(await timeOf(handle)).toBeCloseTo(530_000, -1);
  });

  test('has what was left of construct-timeout when the server went away, once it is back', async () => {
    const server = new Server();
    const { world, handle } = await due(server, { 'construct-timeout': '8m', 'max-attempts': 1 });
    server.isAway = false;
    await handle(() => Promise.resolve({ kind: 'notYet', checkpoint: 1, againInMs: 0 }));
    await world.advance(5 * 60_000);
    server.isAway = true;
    for (let tries = 0; tries < 10; tries += 1) {
      expect((await handle(never)).outcome).toBe('deferred');
      await world.advance(60_000);
    }
    server.isAway = false;
    expect(await timeOf(handle)).toBeCloseTo(3 * 60_000, -1);
  });

  test('has all of its construct-timeout after an answer that took longer than that', async () => {
    const answer = Promise.withResolvers<Confirmed>();
    const { world, handle } = await due(
      { confirm: () => answer.promise },
      { 'construct-timeout': '20s', 'max-attempts': 1 },
    );
    const time = timeOf(handle);
    await world.advance(40_000);
    answer.resolve({ kind: 'ours', record: await world.only('cluster') });
    expect(await time).toBe(20_000);
    expect((await world.only('cluster')).work).toMatchObject({ attempts: 0, crashes: 0, quarantine: null });
  });

  test('is put off if there is no answer as long as an invocation may take', async () => {
    const confirm = () => new Promise<never>(() => undefined);
    const { world, handle } = await due({ confirm }, { 'max-attempts': 1 });
    const run = handle(never);
    await world.advance(530_000);
    expect((await run).outcome).toBe('deferred');
    expect((await world.only('cluster')).work).toMatchObject({ attempts: 0, crashes: 0, quarantine: null });
    expect(world.clock.timers()).toBe(0);
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
