import { afterEach, describe, expect, test } from '@jest/globals';

import { waitForIdle } from '../../../shared/local/waitForIdle.ts';
import type { Construction, Masonable, RunContext } from '../../../shared/masonables/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { isIdle, openTestMason, untilTick, type TestMason } from './fixtures.ts';

let mason: TestMason;
afterEach(() => mason.close());

async function open(construct: Masonable['construct'] | null, config?: string): Promise<TestMason> {
  mason = await openTestMason({
    ...(construct && { masonable: { construct } }),
    ...(config !== undefined && { config }),
  });
  return mason;
}

const wait = (timeoutMs: number, given: { untilIdle?: true } = {}): ReturnType<typeof waitForIdle> =>
  waitForIdle(mason.runner, { timeoutMs, clock: systemClock, ...given }, new AbortController().signal);

const failing = () => Promise.reject(new Error('no quota in europe-west1'));

/** Constructs for ever, or until it is told to stop. */
function patient() {
  const contexts: RunContext[] = [];
  const begun = Promise.withResolvers<undefined>();
  const construct = (_resource: unknown, _leased: unknown, context: RunContext): Promise<Construction> => {
    contexts.push(context);
    if (contexts.length === 2) begun.resolve(undefined);
    return new Promise((_, reject) => {
      context.signal.addEventListener('abort', () => {
        reject(new Error('told to stop'));
      });
    });
  };
  return { construct, contexts, begun: begun.promise };
}

describe('waiting until idle', () => {
  test('idle: every pool is at its size', async () => {
    await open(null);
    const end = wait(10_000);
    await mason.runner.start();
    expect(await end).toBe('idle');
  });

  test('stuck: something is in quarantine, and the reason is told', async () => {
    await open(failing);
    const end = wait(10_000);
    await mason.runner.start();
    expect(await end).toBe('stuck');
    const why = await mason.runner.explain();
    expect(why[0]).toBe('cluster: 2 in quarantine');
    expect(why.join('\n')).toMatch(/ {2}cluster-1 is in quarantine: .*no quota in europe-west1/);
  });

  test('timeout: it is told what is still under way', async () => {
    const { construct } = patient();
    await open(construct);
    const end = wait(200);
    await mason.runner.start();
    expect(await end).toBe('timeout');
    expect(await mason.runner.explain()).toEqual([
      'cluster: 2 in clean',
      '  cluster-1 (cleaning) is in clean',
      '  cluster-2 (cleaning) is in clean',
    ]);
  });

  test('not idle before a tick was whole: pools that nobody has filled are no pools at their size', async () => {
    await open(null, 'resources: [');
    const end = wait(200);
    await mason.runner.start();
    expect(await end).toBe('timeout');
  });

  test('a retry takes a resource out of quarantine', async () => {
    let isBroken = true;
    await open(() => (isBroken ? failing() : Promise.resolve({ done: true, userData: {} })));
    const stuck = wait(10_000);
    await mason.runner.start();
    await stuck;
    isBroken = false;
    for (const name of ['cluster-1', 'cluster-2']) {
      const wake = await mason.runner.mason.ledger.claims.retry(name, 1_000);
      await mason.runner.mason.engine.publish(wake === null ? [] : [wake]);
    }
    await untilTick(mason.runner, isIdle);
  });
});

describe('stopping', () => {
  test('aborts what is under way, and counts nothing against it: the next start goes on at once', async () => {
    const { construct, contexts, begun } = patient();
    await open(construct);
    await mason.runner.start();
    await begun;
    await mason.runner.stop(10_000);
    expect(contexts.every(({ signal }) => signal.aborted)).toBe(true);
    const due = await mason.runner.mason.ledger.claims.unclaimed();
    expect(due.map(({ name, task, cycle }) => `${name} ${task} ${cycle}`)).toEqual([
      'cluster-1 clean 1',
      'cluster-2 clean 1',
    ]);
    const record = await mason.runner.mason.ledger.views.record('cluster-1');
    expect(record?.work).toMatchObject({ attempts: 0, crashes: 0, claimedUntil: null, lastError: null });
  });

  test('waits no longer than it is allowed for what does not listen', async () => {
    const begun = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<Construction>();
    await open(() => {
      begun.resolve(undefined);
      return end.promise;
    });
    await mason.runner.start();
    await begun.promise;
    await mason.runner.stop(50);
    end.resolve({ done: true, userData: {} });
  });
});

test('a config that turns bad while it runs is told once, and the last good one stays in force', async () => {
  await open(null);
  await mason.runner.start();
  await untilTick(mason.runner, isIdle);
  mason.setConfig('resources: []');
  let ticks = 0;
  await untilTick(mason.runner, () => (ticks += 1) > 5);
  const said = mason.events.recent().filter(({ event }) => event === 'sync-failed');
  expect(said).toHaveLength(1);
  expect(said[0]?.message).toContain('mason.yaml:1:12');
  expect((await mason.runner.overview()).pools.map(({ free }) => free)).toEqual([2, 1]);
});
