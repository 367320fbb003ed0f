import { describe, expect, test } from '@jest/globals';

import { namesOf, openBench, tap } from './matcherBench.ts';
import { MINUTE } from './planLine.ts';

const CLUSTERS = { supply: { port: 6 }, kinds: { cluster: { port: 2 } } };
const STARVED = {
  supply: { port: 3, disk: 1 },
  kinds: { both: { port: 1, disk: 1 }, one: { port: 1 } },
};

describe('a match', () => {
  test('grants whom there is enough for, in the order in which they began to wait, and tells whom to wake', async () => {
    const bench = await openBench(CLUSTERS);
    const waiting = await bench.waitAll('cluster', 5);
    const wakes = await bench.matcher.match(await bench.component('cluster'));
    expect(wakes).toEqual(
      waiting.slice(0, 3).map((name) => ({ task: 'clean', type: 'cluster', name, cycle: 1 })),
    );
    for (const name of waiting.slice(0, 3)) {
      expect((await bench.worked(name)).work).toMatchObject({ phase: 'clean', queue: null });
      expect((await bench.worked(name)).work.leases).toHaveLength(2);
    }
    await bench.audit();
  });

  test('leaves those in line for whom there is not enough, with their place', async () => {
    const bench = await openBench(CLUSTERS);
    const waiting = await bench.waitAll('cluster', 5);
    const places = await Promise.all(waiting.map(async (name) => (await bench.worked(name)).work.queue));
    await bench.match('cluster');
    for (const [index, name] of waiting.entries()) {
      if (index < 3) continue;
      expect((await bench.worked(name)).work).toMatchObject({
        phase: 'fulfill',
        leases: [],
        queue: places[index],
      });
    }
  });

  test('writes nothing about those who go on waiting: a line of any length costs no commits', async () => {
    const bench = await openBench(STARVED);
    await bench.occupy('disk', 1);
    await bench.waitAll('both', 10);
    const tapped = tap(bench.ledger);
    const matcher = bench.createMatcher(tapped.ledger);
    for (let minute = 0; minute < 5; minute += 1) {
      await bench.match('both', matcher);
      bench.now += MINUTE;
    }
    expect([...tapped.calls.keys()].sort()).toEqual(
      ['configs.type', 'queue.claimMatcher', 'queue.releaseMatcher', 'queue.supply', 'queue.waiters'].filter(
        (call) => tapped.calls.has(call),
      ),
    );
  });

  test('tells Boskos how much is kept for those who can not be granted yet: no more, and nothing that was granted', async () => {
    const bench = await openBench({
      supply: { port: 6, disk: 1, host: 1 },
      kinds: { lab: { port: 2, disk: 2 }, cluster: { port: 2, host: 1 } },
    });
    await bench.wait('lab');
    const cluster = await bench.wait('cluster');
    const kept: Readonly<Record<string, number>>[] = [];
    const hold = async (reserved: Readonly<Record<string, number>>): Promise<void> => {
      kept.push(reserved);
    };
    const matcher = bench.createMatcher(bench.ledger, { hold });
    expect(await bench.match('cluster', matcher)).toEqual([cluster]);
    expect(kept).toEqual([{ port: 2, disk: 1 }]);
  });

  test('grants fifty in one commit, page after page of the line', async () => {
    const bench = await openBench({ supply: { port: 60 }, kinds: { cluster: { port: 1 } }, members: 60 });
    const waiting = await bench.waitAll('cluster', 60);
    const sizes: number[] = [];
    const matcher = bench.createMatcher(bench.ledger, {
      grantAll: (grants) => {
        sizes.push(grants.length);
        return bench.ledger.queue.grantAll(grants, MINUTE);
      },
    });
    expect(await bench.match('cluster', matcher)).toEqual(waiting);
    expect(sizes).toEqual([50, 10]);
  });

  test('reserves for each in line once, however many pages they fill', async () => {
    const bench = await openBench({
      supply: { port: 51, disk: 0 },
      kinds: { lab: { port: 1, disk: 1 }, cluster: { port: 1 } },
      members: 50,
    });
    await bench.waitAll('lab', 50);
    const last = await bench.wait('cluster');
    expect(await bench.match('cluster')).toEqual([last]);
  });

  test('does nothing where nothing is free', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.occupy('port', 6);
    await bench.wait('cluster');
    const tapped = tap(bench.ledger);
    expect(await bench.match('cluster', bench.createMatcher(tapped.ledger))).toEqual([]);
    expect([...tapped.calls]).toEqual([['queue.supply', 1]]);
  });

  test('serves again after the last one: nothing that it holds outlasts it', async () => {
    const bench = await openBench(CLUSTERS);
    const [held = ''] = await bench.occupy('port', 6);
    const [name] = await bench.waitAll('cluster', 1);
    await bench.putBack(held);
    expect(await bench.match('cluster')).toEqual([]);
    await bench.putBack('port-2');
    expect(await bench.match('cluster')).toEqual([name]);
  });

  test('passes over a waiter that a run has, and keeps its turn', async () => {
    const bench = await openBench({ ...CLUSTERS, supply: { port: 2 } });
    const [first = '', second] = await bench.waitAll('cluster', 2);
    const token = await bench.claim(first);
    expect(await bench.match('cluster')).toEqual([]);
    await bench.ledger.claims.settle(
      { name: first, token },
      { kind: 'waiting', dueInMs: MINUTE, patienceMs: MINUTE },
    );
    expect(await bench.match('cluster')).toEqual([first]);
    expect((await bench.worked(second ?? '')).work.queue).not.toBeNull();
  });

  test('serves a type that needs more of one than a pass looks at', async () => {
    const bench = await openBench({
      supply: { port: 500 },
      kinds: { giant: { port: 450 }, one: { port: 1 } },
    });
    await bench.wait('giant');
    const ones = await bench.waitAll('one', 3);
    expect(await bench.match('giant')).toEqual([expect.any(String), ...ones]);
    await bench.audit();
  });

  test('serves those for whom there is more than a pass looks at, in one call', async () => {
    const bench = await openBench({ supply: { port: 500 }, kinds: { cluster: { port: 1 } }, members: 600 });
    const waiting = await bench.waitAll('cluster', 600);
    expect(await bench.match('cluster')).toEqual(waiting.slice(0, 500));
  });

  test('does not serve the members of a paused type, nor does their waiting stop others', async () => {
    const bench = await openBench({ ...STARVED, supply: { port: 1, disk: 1 } });
    const [both] = await bench.waitAll('both', 1);
    const [one] = await bench.waitAll('one', 1);
    await bench.pause('both');
    expect(await bench.match('one')).toEqual([one]);
    expect((await bench.worked(both ?? '')).work).toMatchObject({ phase: 'fulfill', leases: [] });
  });
});

describe('a look', () => {
  test('matches every component that leases from one of the types, once each', async () => {
    const bench = await openBench({
      supply: { port: 2, disk: 2, host: 1 },
      kinds: { cluster: { port: 1, disk: 1 }, vm: { host: 1 } },
    });
    const [cluster, other] = await bench.waitAll('cluster', 2);
    const [vm] = await bench.waitAll('vm', 1);
    const tapped = tap(bench.ledger);
    const matcher = bench.createMatcher(tapped.ledger);
    expect(namesOf(await matcher.look(['port', 'disk', 'host', 'port', 'cluster', 'unheard of']))).toEqual([
      cluster,
      other,
      vm,
    ]);
    expect(tapped.calls.get('queue.claimMatcher')).toBe(2);
  });

  test('costs two reads where nobody waits, and no write', async () => {
    const bench = await openBench(CLUSTERS);
    const tapped = tap(bench.ledger);
    expect(await bench.createMatcher(tapped.ledger).look(['port'])).toEqual([]);
    expect([...tapped.calls]).toEqual([
      ['configs.type', 1],
      ['queue.waiters', 1],
    ]);
  });

  test('costs no write where only users wait: they are served in their own calls', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.occupy('port', 6);
    expect(await bench.ask('port', 'request-1')).toMatchObject({ kind: 'none' });
    await bench.putBack('port-1');
    const tapped = tap(bench.ledger);
    expect(await bench.createMatcher(tapped.ledger).look(['port'])).toEqual([]);
    expect(tapped.calls.has('queue.claimMatcher')).toBe(false);
  });

  test('at a virtual type that nobody leases from does nothing', async () => {
    const bench = await openBench(CLUSTERS);
    await bench.wait('cluster');
    expect(await bench.matcher.look(['cluster'])).toEqual([]);
  });

  test('at a virtual type that others need serves those', async () => {
    const bench = await openBench({
      supply: { port: 1 },
      kinds: { cluster: { port: 1 }, suite: { cluster: 1 } },
      members: 1,
    });
    const [suite] = await bench.waitAll('suite', 1);
    expect(await bench.matcher.look(['cluster'])).toEqual([]);
    const [cluster = ''] = await bench.waitAll('cluster', 1);
    expect(await bench.match('cluster')).toEqual([cluster]);
    const { claims } = bench.ledger;
    const claimed = await claims.claim({
      name: cluster,
      task: 'clean',
      cycle: 1,
      holdMs: MINUTE,
      graceMs: MINUTE,
    });
    const token = claimed.kind === 'claimed' ? claimed.record.work.token : 0;
    await claims.settle({ name: cluster, token }, { kind: 'constructed', userData: {}, graceMs: MINUTE });
    await claims.claim({ name: cluster, task: 'free', cycle: 1, holdMs: MINUTE, graceMs: MINUTE });
    await claims.settle({ name: cluster, token: token + 1 }, { kind: 'freed', graceMs: MINUTE });
    expect(namesOf(await bench.matcher.look(['cluster']))).toEqual([suite]);
  });
});

describe('a type whose need can not be met', () => {
  test('delays others by no more than its waiter’s patience, looked at by sync each minute', async () => {
    const bench = await openBench(STARVED);
    await bench.occupy('disk', 1);
    await bench.occupy('port', 2);
    await bench.wait('both');
    const [one] = await bench.waitAll('one', 1);
    expect(await bench.match('one')).toEqual([]);
    bench.now += MINUTE;
    expect(namesOf(await bench.matcher.look(['port', 'disk']))).toEqual([]);
    bench.now += MINUTE;
    expect(namesOf(await bench.matcher.look(['port', 'disk']))).toEqual([one]);
  });

  test('delays them no longer the second time, unless it yielded in between', async () => {
    const bench = await openBench(STARVED);
    await bench.occupy('disk', 1);
    await bench.occupy('port', 3);
    await bench.wait('both');
    const ones = await bench.waitAll('one', 3);
    bench.now += 10 * MINUTE;
    for (const [index, name] of ones.entries()) {
      await bench.putBack(`port-${index + 1}`);
      expect(await bench.match('one')).toEqual([name]);
    }
  });

  test('is served as soon as it yields and there is the rest, before those behind it', async () => {
    const bench = await openBench(STARVED);
    const [disk = ''] = await bench.occupy('disk', 1);
    await bench.occupy('port', 3);
    const [both] = await bench.waitAll('both', 1);
    const ones = await bench.waitAll('one', 2);
    bench.now += 10 * MINUTE;
    await bench.putBack('port-1');
    expect(await bench.match('one')).toEqual([ones[0]]);
    await bench.putBack(disk);
    expect(await bench.match('one')).toEqual([]);
    await bench.putBack('port-2');
    expect(await bench.match('one')).toEqual([both]);
  });

  test('is remembered by the ledger: another instance knows when it last yielded', async () => {
    const bench = await openBench({
      ...STARVED,
      kinds: { both: { port: 1, disk: 2 }, one: { port: 1 } },
      supply: { port: 1, disk: 2 },
    });
    await bench.occupy('disk', 2);
    await bench.occupy('port', 1);
    await bench.wait('both');
    const [one] = await bench.waitAll('one', 1);
    bench.now += 5 * MINUTE;
    await bench.putBack('disk-1');
    await bench.match('both', bench.createMatcher());
    await bench.putBack('port-1');
    // The dry spell of 5 min that it sat through lets it hold on for 10.
    bench.now += 9.9 * MINUTE;
    expect(await bench.match('both', bench.createMatcher())).toEqual([]);
    bench.now += 0.2 * MINUTE;
    expect(await bench.match('both', bench.createMatcher())).toEqual([one]);
  });
});

describe('a line of 10,000', () => {
  test('costs as many reads as there are pages at most, one where nobody could be served', async () => {
    const bench = await openBench({
      supply: { port: 1, disk: 1 },
      kinds: { both: { port: 1, disk: 1 }, one: { port: 1 } },
      members: 10_000,
    });
    const [port = ''] = await bench.occupy('port', 1);
    const [disk = ''] = await bench.occupy('disk', 1);
    await bench.waitAll('both', 9_999);
    const [one] = await bench.waitAll('one', 1);

    // Reserved by the first in line: nothing is left for those behind it.
    await bench.putBack(port);
    const reserved = tap(bench.ledger);
    expect(await bench.match('both', bench.createMatcher(reserved.ledger))).toEqual([]);
    expect(reserved.calls.get('queue.waiters')).toBe(1);

    // Reserved by nobody any more: somebody far behind may need just that.
    bench.now += 2 * MINUTE;
    const lapsed = tap(bench.ledger);
    expect(await bench.match('both', bench.createMatcher(lapsed.ledger))).toEqual([one]);
    expect(lapsed.calls.get('queue.waiters')).toBeLessThanOrEqual(10_000 / 50 + 1);
    expect(lapsed.calls.get('queue.grantAll')).toBe(1);
    expect(lapsed.calls.get('configs.type')).toBe(2);
    expect(lapsed.calls.get('queue.supply')).toBe(2);

    // Of use to nobody: all need what there is none of.
    await bench.putBack(disk);
    const useless = tap(bench.ledger);
    expect(await bench.match('both', bench.createMatcher(useless.ledger))).toEqual([]);
    expect(useless.calls.get('queue.waiters')).toBe(1);
  });
});
