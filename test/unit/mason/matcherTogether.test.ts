import { describe, expect, test } from '@jest/globals';

import type { Ledger } from '../../../shared/ledger/port.ts';
import { gate } from '../../support/worldScript.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { openBench, tap, type MatcherBench } from './matcherBench.ts';
import { MINUTE } from './planLine.ts';

const CLUSTERS = { supply: { port: 6 }, kinds: { cluster: { port: 2 } } };

/** The ledger, on which the first call of that name waits until the test lets it go. */
function held(ledger: Ledger, call: string): { ledger: Ledger; reached: Promise<void>; letGo: () => void } {
  const reached = gate();
  const opened = gate();
  const tapped = tap(ledger, async (name) => {
    if (name !== call) return;
    reached.resolve();
    await opened.promise;
  });
  return { ledger: tapped.ledger, reached: reached.promise, letGo: opened.resolve };
}

describe('while a matcher decides', () => {
  test('another leaves it to that one, which looks again for it: no wake-up is lost', async () => {
    const bench = await openBench(CLUSTERS);
    const [first] = await bench.waitAll('cluster', 1);
    const slow = held(bench.ledger, 'queue.releaseMatcher');
    const deciding = bench.match('cluster', bench.createMatcher(slow.ledger));
    await slow.reached;
    const [second] = await bench.waitAll('cluster', 1);
    expect(await bench.match('cluster')).toEqual([]);
    slow.letGo();
    expect(await deciding).toEqual([first, second]);
  });

  test('it looks again as often as somebody asks', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.occupy('port', 4);
    const waiting = await bench.waitAll('cluster', 3);
    let releases = 0;
    const tapped = tap(bench.ledger, async (call) => {
      if (call !== 'queue.releaseMatcher') return;
      releases += 1;
      if (releases > 2) return;
      await bench.putBack(`port-${2 * releases - 1}`);
      await bench.putBack(`port-${2 * releases}`);
      expect(await bench.match('cluster')).toEqual([]);
    });
    expect(await bench.match('cluster', bench.createMatcher(tapped.ledger))).toEqual(waiting);
    expect(releases).toBe(3);
  });

  test('it ends though somebody asks at every single pass, and keeps nobody out afterwards', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.occupy('port', 5);
    await bench.waitAll('cluster', 1);
    const tapped = tap(bench.ledger, async (call) => {
      if (call === 'queue.waiters') await bench.match('cluster');
    });
    expect(await bench.match('cluster', bench.createMatcher(tapped.ledger))).toEqual([]);
    expect(tapped.calls.get('queue.waiters')).toBe(100);
    const [second] = await bench.waitAll('cluster', 1);
    await bench.putBack('port-1');
    expect(await bench.match('cluster')).toEqual([expect.any(String)]);
    expect(second).toBeDefined();
  });
});

describe('a matcher that died', () => {
  test('keeps nobody out for longer than its claim, and what it was asked for is found then', async () => {
    const bench = await openBench(CLUSTERS);
    const [first] = await bench.waitAll('cluster', 1);
    const dying = held(bench.ledger, 'queue.releaseMatcher');
    void bench.match('cluster', bench.createMatcher(dying.ledger));
    await dying.reached;
    const [second] = await bench.waitAll('cluster', 1);
    expect(await bench.match('cluster')).toEqual([]);
    bench.now += 31_000;
    expect(await bench.match('cluster')).toEqual([second]);
    expect((await bench.worked(first ?? '')).work.phase).toBe('clean');
    await bench.audit();
  });

  test('before its first grant leaves everything as it was', async () => {
    const bench = await openBench(CLUSTERS);
    const waiting = await bench.waitAll('cluster', 3);
    const dying = held(bench.ledger, 'queue.grantAll');
    void bench.match('cluster', bench.createMatcher(dying.ledger));
    await dying.reached;
    bench.now += 31_000;
    expect(await bench.match('cluster')).toEqual(waiting);
  });
});

describe('a matcher that fails', () => {
  /** Of which each waits for supply in a component of its own. */
  const THREE = {
    supply: { port: 1, disk: 1, host: 1 },
    kinds: { one: { port: 1 }, two: { disk: 1 }, three: { host: 1 } },
  };
  const unwoken = ({ log }: MatcherBench) => log.filter(({ event }) => event === 'unwoken');

  test.each(['port', 'disk', 'host'])(
    'in one component (%s) keeps nobody in the others from what there is',
    async (broken) => {
      const bench = await openBench(THREE);
      for (const type of ['one', 'two', 'three']) await bench.wait(type);
      const matcher = bench.createMatcher(bench.ledger, {
        supply: (component, limit) =>
          component.physicalTypes.includes(broken)
            ? Promise.reject(new Error(`no ${broken}`))
            : bench.ledger.queue.supply(component, limit),
      });
      const granted = await matcher.look(['port', 'disk', 'host']);
      const served = Object.entries(THREE.kinds).flatMap(([type, needs]) => (broken in needs ? [] : [type]));
      expect(granted.map(({ type }) => type)).toEqual(served);
      expect(unwoken(bench)).toMatchObject([
        { severity: 'WARNING', message: `could not look at all who wait (no ${broken}); sync will` },
      ]);
    },
  );

  test('before anything was granted fails the look', async () => {
    const bench = await openBench(THREE);
    for (const type of ['one', 'two']) await bench.wait(type);
    const fault = new Error('no ledger');
    const matcher = bench.createMatcher(bench.ledger, { supply: () => Promise.reject(fault) });
    await expect(matcher.look(['port', 'host'])).rejects.toBe(fault);
    await expect(matcher.look(['port', 'disk'])).rejects.toThrow('no ledger; no ledger');
    expect(unwoken(bench)).toEqual([]);
  });

  test('after a grant tells whom it is made to', async () => {
    const bench = await openBench({ supply: { port: 60 }, kinds: { cluster: { port: 1 } }, members: 60 });
    const waiting = await bench.waitAll('cluster', 60);
    const matcher = bench.createMatcher(bench.ledger, {
      grantAll: (grants) =>
        grants.length < 50
          ? Promise.reject(new Error('no ledger'))
          : bench.ledger.queue.grantAll(grants, MINUTE),
    });
    expect(await bench.match('cluster', matcher)).toEqual(waiting.slice(0, 50));
    expect(unwoken(bench)).toHaveLength(1);
    await bench.audit();
  });
});

describe('two matchers at once (one of them has slept past its claim)', () => {
  test('grant nothing twice, nothing in parts, and everything that there is', async () => {
    const bench = await openBench(CLUSTERS);
    const waiting = await bench.waitAll('cluster', 5);
    const sleeping = held(bench.ledger, 'queue.grantAll');
    const late = bench.match('cluster', bench.createMatcher(sleeping.ledger));
    await sleeping.reached;
    bench.now += 31_000;
    expect(await bench.match('cluster')).toEqual(waiting.slice(0, 3));
    sleeping.letGo();
    expect(await late).toEqual([]);
    await bench.audit();
  });

  test('the late one serves nobody before those who stand before him', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.occupy('port', 2);
    const waiting = await bench.waitAll('cluster', 3);
    const sleeping = held(bench.ledger, 'queue.grantAll');
    const late = bench.match('cluster', bench.createMatcher(sleeping.ledger));
    await sleeping.reached;
    // It was about to give port-3 and port-4 to the first, port-5 and port-6 to the second.
    await bench.ledger.users.acquireByState({
      state: 'free',
      dest: 'busy',
      owner: 'alice',
      names: ['port-3'],
    });
    sleeping.letGo();
    expect(await late).toEqual(waiting.slice(0, 1));
    expect((await bench.worked(waiting[0] ?? '')).work.leases.map(({ name }) => name)).toEqual([
      'port-4',
      'port-5',
    ]);
    await bench.audit();
  });

  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'whatever the order of their steps (seed %i)',
    async (seed) => {
      const random = createWorldRandom(seed);
      const bench = await openBench({
        supply: { port: 8, disk: 8 },
        kinds: { both: { port: 1, disk: 2 }, swapped: { disk: 1, port: 2 }, one: { port: 1 } },
        patienceMs: { both: 1_000 * MINUTE, swapped: 1_000 * MINUTE },
      });
      for (let index = 0; index < 12; index += 1)
        await bench.wait(['both', 'swapped', 'one'][Math.floor(random.number() * 3)] ?? 'one');
      const steps: (() => void)[] = [];
      const stepwise = (): Ledger =>
        tap(bench.ledger, () => new Promise((goOn) => void steps.push(goOn))).ledger;
      const matchers = [1, 2, 3].map(() => bench.match('one', bench.createMatcher(stepwise())));
      let ended = 0;
      const granted: string[] = [];
      for (const matcher of matchers)
        void matcher.then((names) => {
          ended += 1;
          granted.push(...names);
        });
      while (ended < matchers.length) {
        // Now and then one of them takes longer than a claim holds.
        if (random.number() < 0.2) bench.now += 31_000;
        steps.splice(Math.floor(random.number() * steps.length), 1)[0]?.();
        await new Promise(setImmediate);
      }
      await bench.audit();
      expect(new Set(granted).size).toBe(granted.length);
      // Nobody else could be served with what is left.
      bench.now += 31_000;
      expect(await bench.match('one')).toEqual([]);
    },
  );
});
