import { describe, expect, test } from '@jest/globals';

import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { BoskosFault } from '../../../shared/boskos/http/client/fault.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { numbered, physical, uuid, virtual, type OpenLedger } from '../ledger/world.ts';
import { createBoskosWorld, leasedNames, LEASE_EXPIRY_MS, type BoskosWorld } from './boskosWorld.ts';
import { openHttpStage, type WrapClient } from './httpStage.ts';
import { openOriginalStage } from './originalStage.ts';

const open: OpenLedger = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() });

/** What is done to the client's calls; a test changes it as it goes. */
interface Meddling {
  client: Partial<BoskosClient>;
}
type Meddle = (change: (real: BoskosClient) => Partial<BoskosClient>) => void;
type Body = (world: BoskosWorld, meddle: Meddle) => Promise<void>;

const project = physical('project', numbered('project', 3));
const cluster = virtual('cluster', ['cluster-1'], { needs: { project: 1 } });
const lost = new BoskosFault('BOSKOS_UNAVAILABLE', 'the reply was lost', { sent: true });

/** So the original answers while it can't read its own store. */
const BLIND: Partial<BoskosClient> = {
  metric: () => Promise.resolve(null),
  update: () => Promise.resolve('notFound'),
  release: () => Promise.resolve('notFound'),
};

describe.each([
  ['our own server', openHttpStage],
  ['a model of the original', openOriginalStage],
] as const)('Mason over HTTP to %s', (_, openStage) => {
  const inFault = (what: string, body: Body): void => {
    test(what, async () => {
      const meddling: Meddling = { client: {} };
      let real: BoskosClient | undefined;
      const wrap: WrapClient = (client) => {
        real = client;
        return new Proxy(client, {
          get: (target, key: keyof BoskosClient) =>
            Reflect.get(key in meddling.client ? meddling.client : target, key),
        });
      };
      const stage = await openStage(open, wrap);
      try {
        await body(createBoskosWorld(stage), (change) => {
          if (real !== undefined) meddling.client = change(real);
        });
      } finally {
        await stage.close();
      }
    });
  };

  inFault('an acquire whose reply is lost is found by its owner, and given back', async (world, meddle) => {
    await world.configure(project, cluster);
    await loseAcquired(world, meddle);
    expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning', owner: 'mason' });
    await world.tick();
    // The call may still be under way.
    expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning' });
    world.advance(30_000);
    await world.tick();
    expect(await world.see('cluster-1')).toMatchObject({ state: 'dirty', owner: '' });
    await world.work('cluster');
    expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
  });

  inFault('a lease of a need whose reply is lost comes back, too', async (world, meddle) => {
    await world.configure(physical('project', ['p']), cluster);
    meddle((real) => ({
      acquire: async (wanted) => {
        const lent = await real.acquire(wanted);
        if (wanted.type === 'project') throw lost;
        return lent;
      },
    }));
    await world.boskos.takeDirty('cluster', 5);
    await world.run('cluster-1');
    await expect(world.run('cluster-1')).rejects.toBe(lost);
    expect(await world.see('p')).toMatchObject({ state: 'leased', owner: 'mason' });
    meddle(() => ({}));
    world.advance(30_000);
    await world.tick();
    await world.tick();
    await world.work('cluster');
    expect(leasedNames(await world.see('cluster-1'))).toEqual(['p']);
  });

  inFault('a parking whose first reply was lost is not taken for a lost lease', async (world, meddle) => {
    await world.configure(project, cluster);
    await world.boskos.takeDirty('cluster', 5);
    for (let run = 0; run < 3; run += 1) await world.run('cluster-1');
    let parkings = 0;
    meddle((real) => ({
      // As the client does it: the first arrives, the second is refused.
      release: async (released) => {
        const answer = await real.release(released);
        if (released.dest !== 'cluster-1' || parkings > 0) return answer;
        parkings += 1;
        return real.release(released);
      },
    }));
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect(parkings).toBe(1);
    const seen = await world.see('cluster-1');
    expect(seen).toMatchObject({ state: 'free', owner: '' });
    expect(await world.names('project', 'cluster-1')).toEqual(leasedNames(seen));
  });

  inFault('a release that could not be told is told later', async (world, meddle) => {
    await world.configure(project, cluster);
    await world.boskos.takeDirty('cluster', 5);
    for (let run = 0; run < 3; run += 1) await world.run('cluster-1');
    meddle((real) => ({
      release: (released) => (released.name === 'cluster-1' ? Promise.reject(lost) : real.release(released)),
    }));
    expect((await world.run('cluster-1')).kind).toBe('settled');
    expect(await world.see('cluster-1')).toMatchObject({ state: 'cleaning', owner: 'mason' });
    meddle(() => ({}));
    await world.tick();
    expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
  });

  inFault('a server that says of everything that it is not there is not believed', async (world, meddle) => {
    await world.configure(project, cluster);
    await world.boskos.takeDirty('cluster', 5);
    meddle(() => BLIND);
    await expect(world.run('cluster-1')).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    meddle(() => ({}));
    world.advance(60_000);
    expect((await world.run('cluster-1')).kind).toBe('settled');
  });

  inFault('what it may hold is not forgotten because it says that it has nothing', async (world, meddle) => {
    await world.configure(project, cluster);
    await loseAcquired(world, meddle);
    world.advance(30_000);
    meddle(() => ({ held: () => Promise.resolve(null), ...BLIND }));
    await expect(world.tick()).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    meddle(() => ({}));
    await world.tick();
    expect(await world.see('cluster-1')).toMatchObject({ state: 'dirty', owner: '' });
  });

  inFault('nor is one of a name because it says that it knows no such', async (world, meddle) => {
    await world.configure(project, cluster);
    await world.work('cluster');
    meddle((real) => ({
      acquireByState: async (wanted) => {
        if ((await real.acquireByState(wanted)) !== null) throw lost;
        return null;
      },
    }));
    await expect(world.boskos.takeNamed('cluster-1', Infinity)).rejects.toBe(lost);
    world.advance(30_000);
    let isBlind = false;
    meddle((real) => ({
      held: () => Promise.resolve(null),
      metric: (type) => (isBlind ? Promise.resolve(null) : real.metric(type)),
      release: () => {
        isBlind = true;
        return Promise.resolve('notFound');
      },
    }));
    await expect(world.tick()).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE' });
    meddle(() => ({}));
    await world.tick();
    expect(await world.see('cluster-1')).toMatchObject({ state: 'free', owner: '' });
  });

  inFault('one note that can not be settled keeps no others', async (world, meddle) => {
    await world.configure(project, virtual('cluster', numbered('cluster', 2), { needs: { project: 1 } }));
    await loseAcquired(world, meddle);
    const [first] = await world.names('cluster', 'cleaning');
    const [noted] = await world.ledger.loans.unsettled(-1, 1);
    await loseAcquired(world, meddle);
    world.advance(30_000);
    meddle((real) => ({
      release: (released) =>
        released.owner === noted?.owner ? Promise.reject(lost) : real.release(released),
    }));
    await expect(world.tick()).rejects.toBe(lost);
    expect(await world.names('cluster', 'cleaning')).toEqual([first]);
    expect(await world.ledger.loans.unsettled(0, 10)).toHaveLength(1);
  });

  inFault('orphans go back dirty; other unknown states are left alone', async (world) => {
    const gone = uuid(7);
    await world.configure(physical('project', ['p', 'q', 'r']), cluster);
    await put(world, 'p', gone);
    await put(world, 'q', 'under-repair');
    await put(world, 'r', 'cluster-1');
    await world.tick();
    expect(await world.see('p')).toMatchObject({ state: 'dirty', owner: '' });
    expect(await world.see('q')).toMatchObject({ state: 'under-repair' });
    expect(await world.see('r')).toMatchObject({ state: 'cluster-1' });
  });

  inFault('a part of what somebody needs is held for a while, and then left to others', async (world) => {
    await world.configure(
      physical('port', ['a']),
      physical('disk', ['d'], { state: 'dirty', settings: { janitor: null } }),
      virtual('host', ['h'], { needs: { port: 1, disk: 1 } }),
    );
    await world.work('host');
    expect(await world.see('a')).toMatchObject({ state: 'leased', owner: 'mason' });
    world.advance(LEASE_EXPIRY_MS / 6);
    await world.boskos.tend('port');
    expect(await world.see('a')).toMatchObject({ state: 'free', owner: '' });
    // Whoever else needs it has the time to take it.
    await world.tick();
    expect(await world.see('a')).toMatchObject({ state: 'free', owner: '' });
  });
});

/** The user puts a free physical resource into this state. */
async function put(world: BoskosWorld, name: string, state: string): Promise<void> {
  await world.users.acquireByState({ state: 'free', dest: 'busy', owner: 'alice', names: [name] });
  await world.users.release({ name, dest: state, owner: 'alice' });
}

/** A cluster is taken, and the reply is lost. */
async function loseAcquired(world: BoskosWorld, meddle: Meddle): Promise<void> {
  meddle((real) => ({
    acquire: async (wanted) => {
      await real.acquire(wanted);
      throw lost;
    },
  }));
  await expect(world.boskos.takeDirty('cluster', 1)).rejects.toBe(lost);
  meddle(() => ({}));
}
