import { describe, expect, test } from '@jest/globals';

import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { openWorld, physical, virtual } from '../../contract/ledger/world.ts';

describe('what a user gives back', () => {
  test.each([
    ['can be woken', () => Promise.reject(new Error('no answer')), /no answer/],
    ['hears in time', () => new Promise<never>(() => undefined), /no answer within 2000 ms/],
  ])('is given back, also if nobody who waits for it %s', async (_, waiters, told) => {
    // Whatever has a deadline is at it at once.
    const clock = {
      ...systemClock,
      after: (ms: number, action: () => void) => systemClock.after(ms && 1, action),
    };
    const surroundings = { clock, random: systemRandom };
    const ledger = openLocalLedger(':memory:', surroundings);
    const { world, close } = await openWorld(() => Promise.resolve(ledger));
    await world.configure(physical('project', ['p']), virtual('cluster', ['c'], { needs: { project: 1 } }));
    const entries: LogEntry[] = [];
    const { users } = composeMason({
      ...surroundings,
      ledger: { ...ledger, queue: { ...ledger.queue, waiters } },
      log: (entry) => void entries.push(entry),
      topics: { publish: () => Promise.resolve() },
      registry: openRegistry({ commands: false }),
      config: { read: () => Promise.reject(new Error('not read here')) },
      timing: DEFAULT_TIMING,
      installation: 'test',
      leaseExpiryMs: 60_000,
      requestTtlMs: 60_000,
    });
    const owner = 'alice';
    await users.acquire({ type: 'project', state: 'free', dest: 'busy', owner, requestId: '' });
    expect(await users.release({ name: 'p', dest: 'free', owner })).toMatchObject({ kind: 'done' });
    expect(await world.record('p')).toMatchObject({ state: 'free', owner: '' });
    expect(entries).toMatchObject([
      { severity: 'WARNING', event: 'unwoken', message: expect.stringMatching(told) as unknown },
    ]);
    await close();
  });
});
