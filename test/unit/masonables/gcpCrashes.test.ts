import { describe, expect, test } from '@jest/globals';

import { createGcpWorld, type GcpWorld } from '../../support/gcp/gcpWorld.ts';

/** A cluster whose zone is chosen, one whose zone is given, and a VM, in two projects. */
const CONTENT = `
project:
- clusters:
  - {numnodes: 2}
- clusters:
  - {zone: us-central1-b}
  vms:
  - {machinetype: n1-standard-1, sourceimage: projects/debian-cloud/global/images/family/debian-12}
`;
const ITEMS = ['c1', 'c2', 'v1'];

/** Google is faster than it is, so that a life has fewer calls that only look. */
function open(): GcpWorld {
  const gcp = createGcpWorld({ content: CONTENT, need: 2, projects: 2 });
  gcp.standIn.knobs.clusterMs = 90_000;
  gcp.standIn.knobs.deleteMs = 50_000;
  return gcp;
}

/** Built, used, destroyed and built again. */
async function live(gcp: GcpWorld): Promise<void> {
  await gcp.world.restore();
  await useAndReturn(gcp);
}

/** One further pass. */
async function useAndReturn({ world }: GcpWorld): Promise<void> {
  const { name } = await world.acquire('cluster');
  await world.release(name, 'dirty');
  await world.restore();
}

/** What stands there, by item, of whatever cycle. */
const itemsOf = ({ standIn }: GcpWorld): string[] =>
  standIn
    .existing()
    .map((thing) => /-([cv][0-9]+)$/.exec(thing)?.[1] ?? thing)
    .sort();

/** Names that were ordered in two zones: the zone is saved before. */
function strays({ standIn }: GcpWorld): string[] {
  const zones = new Map<string, Set<string>>();
  for (const { path, body } of standIn.calls.filter(({ method }) => method === 'POST')) {
    const { cluster, ...vm } = body as {
      readonly name: string;
      readonly cluster?: { readonly name: string };
    };
    const { name } = cluster ?? vm;
    zones.set(name, (zones.get(name) ?? new Set()).add(path));
  }
  return [...zones].filter(([, places]) => places.size > 1).map(([name]) => name);
}

/** What the user data name and what does not stand. */
async function missing({ world, standIn }: GcpWorld): Promise<string[]> {
  const { userData } = await world.only('cluster');
  const standing = standIn.existing().join('\n');
  const names = [...(userData['GCPResourceConfig'] ?? '').matchAll(/name: (\S+)/g)];
  expect(names).toHaveLength(ITEMS.length);
  return names.map(([, name]) => name ?? '').filter((name) => !standing.includes(name));
}

/** How many calls an undisturbed life makes, and how many of them until it is built for the first time. */
async function countCalls(): Promise<{ readonly whole: number; readonly built: number }> {
  const gcp = open();
  await gcp.world.restore();
  const built = gcp.made();
  await useAndReturn(gcp);
  expect(itemsOf(gcp)).toEqual(ITEMS);
  return { whole: gcp.made(), built };
}

interface Sleeper {
  /** Lets its call go out and be answered; what it does then it does unaware of the time that has passed. */
  wake(): Promise<void>;
  /** Its timers fire. */
  resume(): Promise<void>;
}

/** The process that makes a call stands still before it; another one gets the messages. */
function putToSleep(gcp: GcpWorld, before: number): Sleeper {
  const { world } = gcp;
  const awake = Promise.withResolvers<undefined>();
  let sleeper = world.process;
  gcp.around = async ({ index, process }) => {
    if (index !== before) return;
    sleeper = process;
    process.pause();
    world.startProcess();
    await awake.promise;
  };
  return {
    async wake() {
      awake.resolve(undefined);
      await world.settle();
      await world.settle();
    },
    async resume() {
      sleeper.resume();
      await world.settle();
    },
  };
}

describe('A process that dies around a call', () => {
  test.each(['before', 'after'] as const)('%s it leaves one of each, and no other', async (when) => {
    const { whole } = await countCalls();
    expect(whole).toBeGreaterThan(40);
    for (let crash = 0; crash < whole; crash += 1) {
      const gcp = open();
      gcp.around = async (call) => {
        if (call.index !== crash) return;
        if (when === 'after') await call.make();
        call.process.kill();
      };
      await live(gcp);
      expect([crash, itemsOf(gcp), strays(gcp)]).toEqual([crash, ITEMS, []]);
    }
  });
});

describe('A run that was overtaken and wakes late', () => {
  test('when another one has built: it takes nothing away, and one further pass leaves one of each', async () => {
    const { built } = await countCalls();
    for (let before = 0; before < built; before += 1) {
      const gcp = open();
      const sleeper = putToSleep(gcp, before);
      await gcp.world.restore();
      await sleeper.wake();
      await sleeper.resume();
      expect([before, await missing(gcp)]).toEqual([before, []]);
      await useAndReturn(gcp);
      expect([before, itemsOf(gcp), strays(gcp)]).toEqual([before, ITEMS, []]);
    }
  });

  test('a cycle later: it takes nothing away, and one further pass deletes what it makes', async () => {
    const { built } = await countCalls();
    let late = 0;
    for (let before = 0; before < built; before += 1) {
      const gcp = open();
      const sleeper = putToSleep(gcp, before);
      await live(gcp);
      await sleeper.wake();
      await sleeper.resume();
      expect([before, await missing(gcp)]).toEqual([before, []]);
      late += itemsOf(gcp).length - ITEMS.length;
      await useAndReturn(gcp);
      expect([before, itemsOf(gcp), strays(gcp)]).toEqual([before, ITEMS, []]);
    }
    // Or nothing was proved.
    expect(late).toBeGreaterThan(0);
  });

  test('while the next cycle builds: that cycle deletes what it makes', async () => {
    const { built } = await countCalls();
    let late = 0;
    for (let before = 0; before < built; before += 1) {
      const gcp = open();
      const sleeper = putToSleep(gcp, before);
      await gcp.world.restore();
      const { name } = await gcp.world.acquire('cluster');
      await gcp.world.release(name, 'dirty');
      for (
        let minute = 0;
        minute < 60 && !gcp.standIn.existing().some((one) => one.includes('-2-'));
        minute += 1
      )
        await gcp.world.minutes(1);
      await sleeper.wake();
      await sleeper.resume();
      late += gcp.standIn.existing().filter((one) => one.includes('-1-')).length;
      await gcp.world.restore();
      expect([before, itemsOf(gcp), strays(gcp)]).toEqual([before, ITEMS, []]);
    }
    expect(late).toBeGreaterThan(0);
  });
});

test('What a late create leaves in a project that has gone to another resource is deleted by the next that gets it', async () => {
  const content = 'project:\n- clusters: [{zone: us-central1-b}]\n';
  const gcp = createGcpWorld({ content, projects: 2, min: 2 });
  const { world, standIn } = gcp;
  await world.restore();
  const labels = { 'mason-resource': 'gone', 'mason-cycle': '1', 'mason-token': '3', 'mason-item': 'c1' };
  standIn.cloud.order(
    {
      kind: 'cluster',
      project: 'project-1',
      zone: 'europe-west1-b',
      name: 'gone-000000-1-c1',
      body: { resourceLabels: labels },
      labels,
      machine: 'e2-medium',
      machines: 1,
    },
    'CREATE_CLUSTER',
  );
  for (const { name } of await world.members('cluster')) {
    await world.acquireNamed(name);
    await world.release(name, 'dirty');
  }
  await world.restore();
  expect(standIn.existing()).toHaveLength(2);
  expect(standIn.existing().join()).not.toContain('gone');
});
