import { describe, expect } from '@jest/globals';

import { inWorldOf, type InWorld } from './inWorld.ts';
import { numbered, physical, virtual, withComponents, type OpenLedger, type World } from './world.ts';
import { acquireOf, asked, releaseOf } from './usersSteps.ts';

export function describeConfigs(open: OpenLedger): void {
  const it = inWorldOf(open);
  describe('configs', () => {
    describeStore(it);
    describePause(it);
    describeSweep(it);
  });
  describe('views', () => {
    describeViews(it);
  });
}

function describeStore(it: InWorld): void {
  it('gives back what was stored, every type at once', async (world) => {
    const { configs } = world.ledger;
    expect(await configs.types()).toEqual([]);
    expect(await configs.type('cluster')).toBeNull();
    const types = withComponents([
      virtual('cluster', [1, 2], { needs: { project: 2 }, lifespanMs: 5, settings: { janitor: null } }),
      physical('project', ['a']),
    ]);
    await configs.store(types);
    expect(await configs.types()).toEqual(types);
    expect(await configs.type('cluster')).toEqual(types[0]);
    expect(await configs.content('cluster', 'cluster-1')).toEqual({
      type: 'cluster',
      hash: 'cluster-1',
      needs: { project: 2 },
      config: { type: 'Noop', content: '{}' },
    });
    expect(await configs.content('cluster', 'cluster-2')).toBeNull();
    await configs.store(types);
    expect(await configs.types()).toEqual(types);
  });

  it('marks what is gone as removed, without a component and not paused, until it comes back', async (world) => {
    const { configs } = world.ledger;
    const types = withComponents([
      physical('project', 1),
      virtual('cluster', 1, { needs: { project: 1 }, settings: { paused: true } }),
    ]);
    await configs.store(types);
    await configs.store([physical('project', 1)]);
    expect(await configs.type('cluster')).toMatchObject({
      removed: true,
      component: null,
      hash: 'cluster-1',
      settings: { paused: false },
    });
    expect(await configs.content('cluster', 'cluster-1')).not.toBeNull();
    await configs.store(types);
    expect(await configs.types()).toEqual([...types].sort((a, b) => (a.type < b.type ? -1 : 1)));
  });
}

function describePause(it: InWorld): void {
  const types = withComponents([
    physical('project', ['p'], { state: 'dirty', settings: { janitor: { type: 'None' } } }),
    virtual('cluster', ['c'], { needs: { project: 1 } }),
  ]);
  const taken = (world: World, how: 'takeDirty' | 'takeForJanitor', type: string) =>
    world.ledger.pools[how]({ type, limit: 10, ...world.order() });
  const BY_ALICE = { by: 'alice', reason: 'quota' };

  it('leaves its members alone: neither taken nor claimed, until it is resumed', async (world) => {
    const { configs } = world.ledger;
    await world.configure(...types);
    expect(await configs.pause('cluster', BY_ALICE)).toBe(true);
    expect(await configs.pause('project', BY_ALICE)).toBe(true);
    expect(await configs.type('cluster')).toMatchObject({
      pause: { ...BY_ALICE, at: expect.any(Number) },
      settings: { paused: false },
    });
    expect(await taken(world, 'takeDirty', 'cluster')).toEqual([]);
    expect(await taken(world, 'takeForJanitor', 'project')).toEqual([]);
    expect(await configs.pause('cluster', null)).toBe(true);
    expect(await configs.type('cluster')).toMatchObject({ pause: null });
    expect(await taken(world, 'takeDirty', 'cluster')).toHaveLength(1);
    await configs.pause('cluster', BY_ALICE);
    expect(await world.claim('c')).toEqual({ kind: 'refused', reason: 'paused' });
  });

  it('says whether it was otherwise, and knows no type that is not there', async (world) => {
    const { configs } = world.ledger;
    await world.configure(...types);
    expect(await configs.pause('cluster', null)).toBe(false);
    expect(await configs.pause('cluster', BY_ALICE)).toBe(true);
    expect(await configs.pause('cluster', { by: 'bob', reason: '' })).toBe(false);
    expect(await configs.type('cluster')).toMatchObject({ pause: BY_ALICE });
    expect(await configs.pause('nothing', BY_ALICE)).toBe(false);
    await configs.store([]);
    expect(await configs.pause('project', BY_ALICE)).toBe(false);
  });

  it('stays while the config changes, and ends with its type', async (world) => {
    const { configs } = world.ledger;
    await world.configure(...types);
    await configs.pause('cluster', BY_ALICE);
    await configs.store(types.map((spec) => ({ ...spec, hash: `${spec.hash}-new` })));
    expect(await configs.type('cluster')).toMatchObject({ hash: 'cluster-1-new', pause: BY_ALICE });
    await configs.store(types.filter(({ type }) => type === 'project'));
    expect(await configs.type('cluster')).toMatchObject({ removed: true, pause: null });
    await configs.store(types);
    expect(await configs.type('cluster')).toMatchObject({ removed: false, pause: null });
  });
}

function describeSweep(it: InWorld): void {
  const cluster = (version: number) =>
    virtual('cluster', ['a', 'b'], {
      hash: `cluster-${version}`,
      config: { type: 'Noop', content: `{"version": ${version}}` },
    });

  it('keeps a content as long as a record names it, for its destroy', async (world) => {
    const { configs } = world.ledger;
    const kept = async (): Promise<number[]> => {
      await configs.sweep();
      const versions: number[] = [];
      for (const version of [1, 2, 3])
        if ((await configs.content('cluster', `cluster-${version}`)) !== null) versions.push(version);
      return versions;
    };
    await world.configure(cluster(1));
    await world.bring('a', 'done');
    await world.configure(cluster(2));
    await world.bring('b', 'fulfill');
    await world.configure(cluster(3));
    expect(await kept()).toEqual([1, 2, 3]);
    expect((await world.claim('b')).kind).toBe('restarted');
    expect(await kept()).toEqual([1, 2, 3]);
    await world.bring('b', 'fulfill');
    expect(await kept()).toEqual([1, 3]);
    await world.ledger.pools.takeNamed('a', (await world.now()) + 1, world.order());
    await world.bring('a', 'recycle');
    expect(await kept()).toEqual([1, 3]);
    expect((await configs.content('cluster', 'cluster-1'))?.config?.content).toBe('{"version": 1}');
    await world.bring('a', 'done');
    expect(await kept()).toEqual([3]);
  });

  it('forgets a removed type, and its contents, with its last member only', async (world) => {
    const { configs } = world.ledger;
    await world.configure(physical('project', ['p']));
    await asked(world, 'project');
    await configs.store([]);
    await configs.sweep();
    expect(await configs.type('project')).toMatchObject({ removed: true });
    await releaseOf(world, 'p', 'free');
    await world.ledger.pools.keepSize('project', world.order());
    expect(await configs.type('project')).not.toBeNull();
    await configs.sweep();
    expect(await configs.type('project')).toBeNull();
    expect(await configs.content('project', 'project-1')).toBeNull();
  });

  it('never forgets a type that is in the config and has no member', async (world) => {
    await world.configure(physical('project', [0, 3]));
    await world.ledger.configs.sweep();
    expect(await world.ledger.configs.type('project')).not.toBeNull();
    expect(await world.ledger.configs.content('project', 'project-1')).not.toBeNull();
  });
}

function describeViews(it: InWorld): void {
  it('show a record, and records by name in pages, filtered', async (world) => {
    await world.configure(physical('project', numbered('p', 5)), physical('host', ['h']));
    await acquireOf(world, 'project', { name: 'p-2' });
    const { views } = world.ledger;
    const named = async (filter: Parameters<typeof views.records>[0]): Promise<string[]> =>
      (await views.records(filter)).map(({ name }) => name);
    expect(await views.record('nobody')).toBeNull();
    expect(await views.record('p-2')).toMatchObject({ name: 'p-2', owner: 'alice' });
    expect(await named({ limit: 3 })).toEqual(['h', 'p-1', 'p-2']);
    expect(await named({ limit: 3, after: 'p-2' })).toEqual(['p-3', 'p-4', 'p-5']);
    expect(await named({ limit: 9, type: 'project', state: 'free' })).toEqual(['p-1', 'p-3', 'p-4', 'p-5']);
    expect(await named({ limit: 9, owner: 'alice' })).toEqual(['p-2']);
    expect(await named({ limit: 9, owner: '', type: 'host' })).toEqual(['h']);
    expect(await named({ limit: 9, state: 'free', after: 'p-4' })).toEqual(['p-5']);
  });

  it('show each pool by state and phase, the parked as such', async (world) => {
    await world.configure(
      physical('project', numbered('p', 4)),
      virtual('cluster', numbered('c', 5), { needs: { project: 1 } }),
    );
    await world.bring('c-1', 'done');
    await world.bring('c-2', 'clean');
    await world.end(await world.begin('c-2'), { kind: 'failed', message: 'no', retryInMs: null });
    await world.bring('c-3', 'clean');
    await asked(world, 'cluster');
    await acquireOf(world, 'project', { name: 'p-4' });
    await world.wait('c-4');
    const pools = await world.ledger.views.pools();
    expect(pools).toEqual([
      {
        type: 'cluster',
        states: { busy: 1, cleaning: 3, quarantined: 1 },
        phases: { clean: 1, fulfill: 1, recycle: 1 },
        owned: 5,
        waiting: 1,
        quarantined: 1,
      },
      {
        type: 'project',
        states: { busy: 1, leased: 2, parked: 1 },
        phases: {},
        owned: 3,
        waiting: 0,
        quarantined: 0,
      },
    ]);
  });
}
