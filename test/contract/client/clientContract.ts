import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { MasonClient } from '../../../shared/client/masonClient.ts';
import type { MasonClientOptions } from '../../../shared/client/options.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { OpenStage, Stage } from './stage.ts';

/** What the client must do on any server that speaks Boskos's wire. */
export function describeClient(server: string, open: OpenStage): void {
  describe(`the client on ${server}`, () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    const clientOf = (owner = 'alice', options: Partial<MasonClientOptions> = {}): MasonClient =>
      new MasonClient({ url: stage.url, owner, poll: 5, ...options });
    const cluster = async (number: number): Promise<readonly string[]> =>
      (await stage.all()).filter((line) => new RegExp(`^(cluster|project|host)-${number} `).test(line));
    const whole = (n: number, state = 'free'): string[] => [
      `cluster-${n} ${state}`,
      `host-${n} cluster-${n}`,
      `project-${n} cluster-${n}`,
    ];
    const code = (expected: ErrorCode): object => ({ name: 'MasonError', code: expected });

    describeWhole();
    describeWaiting();
    describeKeeping();

    function describeWhole(): void {
      test('acquire takes the virtual resource and all that it is made of, and tells its user data', async () => {
        const lease = await clientOf().acquire('cluster');
        expect(lease).toMatchObject({ type: 'cluster', name: 'cluster-1', state: 'busy', owner: 'alice' });
        expect(lease.userData).toMatchObject({ url: 'http://built' });
        expect(lease.leased.map(({ name }) => name)).toEqual(['project-1', 'host-1']);
        const held = ['cluster-1 busy alice', 'host-1 busy alice', 'project-1 busy alice'];
        expect(await cluster(1)).toEqual(held);
      });

      test('what is asked for is what it gets: state, dest and owner', async () => {
        const { name } = await clientOf().acquire('spare', { state: 'away', dest: 'here', owner: 'bob' });
        expect(await stage.all()).toContain(`${name} here bob`);
      });

      test('release parks what it is made of, and leaves it dirty to Mason', async () => {
        const client = clientOf();
        const before = await stage.all();
        const lease = await client.acquire('cluster');
        expect(await client.release(lease)).toMatchObject({ state: 'dirty', missing: [], complete: true });
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
        expect((await stage.all()).filter((line) => !before.includes(line))).toEqual(['cluster-1 dirty']);
      });

      test('released free, it is whole, as if nobody had taken it', async () => {
        const before = await stage.all();
        const client = clientOf();
        await client.release(await client.acquire('cluster'), { dest: 'free' });
        expect(await stage.all()).toEqual(before);
      });

      test('another process that knows only its name gives all of it back', async () => {
        await clientOf().acquire('cluster');
        expect(await clientOf().release('cluster-1')).toEqual({
          name: 'cluster-1',
          state: 'dirty',
          leased: ['project-1', 'host-1'],
          missing: [],
          complete: true,
        });
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      test.each(['dirty', 'free'])('a release that died half-way is taken up again, as %s', async (dest) => {
        await clientOf().acquire('cluster');
        await stage.post('/release?name=project-1&dest=cluster-1&owner=alice');
        const released = await clientOf().release('cluster-1', { dest });
        // What was not given back this time could be anywhere.
        expect(released).toMatchObject({ state: 'dirty', leased: ['host-1'], missing: ['project-1'] });
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      test('an acquire that died half-way is given back by its name', async () => {
        await stage.post('/acquire?type=cluster&state=free&dest=busy&owner=alice');
        await clientOf().release('cluster-1');
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      /** Somebody takes a part as soon as the first cluster is ours. */
      const racedClient = (): MasonClient => {
        let isFirst = true;
        const raced: typeof fetch = async (...request) => {
          const response = await fetch(...request);
          if (isFirst) await stage.post('/acquirebystate?state=cluster-1&dest=busy&owner=bob&names=host-1');
          isFirst = false;
          return response;
        };
        return new MasonClient({ url: stage.url, owner: 'alice', poll: 5 }, { fetch: raced });
      };
      const broken = ['cluster-1 dirty', 'host-1 busy bob', 'project-1 cluster-1'];

      test('all or nothing: where a part is not there, the rest goes back', async () => {
        await expect(racedClient().acquire('cluster')).rejects.toMatchObject(code('NOT_WHOLE'));
        expect(await cluster(1)).toEqual(broken);
        expect((await stage.all()).filter((line) => line.endsWith('alice'))).toEqual([]);
      });

      test('all or nothing: who may wait gets the next one that is whole', async () => {
        expect(await racedClient().acquire('cluster', { wait: 5_000 })).toMatchObject({ name: 'cluster-2' });
        expect(await cluster(1)).toEqual(broken);
      });

      test('a type that needs nothing', async () => {
        const client = clientOf();
        const lease = await client.acquire('token');
        expect(lease).toMatchObject({ name: 'token-1', leased: [] });
        expect(await client.release('token-1')).toMatchObject({ state: 'dirty', leased: [], complete: true });
        expect(await stage.all()).toContain('token-1 dirty');
      });

      test('user data that the caller refuses: it goes back unused', async () => {
        const before = await stage.all();
        const parse = (): never => {
          throw new Error('no kubeconfig');
        };
        await expect(clientOf().acquire('cluster', { parse })).rejects.toThrow('no kubeconfig');
        expect(await stage.all()).toEqual(before);
      });

      test.each(['cluster-1', 'project-1', 'token-1'])("nobody releases another's %s", async (name) => {
        await clientOf('bob').acquire('cluster');
        await clientOf('bob').acquire('token');
        const before = await stage.all();
        await expect(clientOf().release(name)).rejects.toMatchObject({
          ...code('LEASE_LOST'),
          message: `${name} is not held by alice: it is held by bob`,
        });
        expect(await stage.all()).toEqual(before);
      });

      test.each(['cluster-1', 'project-1', 'token-1'])("nobody finds another's %s", async (name) => {
        await clientOf('bob').acquire('cluster');
        await clientOf('bob').acquire('token');
        await expect(clientOf().find(name)).rejects.toMatchObject({
          ...code('LEASE_LOST'),
          message: `${name} is not held by alice: it is held by bob`,
        });
      });

      test('what nobody holds is not found', async () => {
        await expect(clientOf().find('token-1')).rejects.toMatchObject({
          ...code('LEASE_LOST'),
          message: 'token-1 is not held by alice: nobody holds it',
        });
        await expect(clientOf().find('token-9')).rejects.toMatchObject(code('NOT_FOUND'));
      });

      test.each(['alice', 'alice/1'])('what %s holds, alice finds', async (owner) => {
        await clientOf().acquire('cluster', { owner });
        expect(await clientOf().find('cluster-1')).toMatchObject({ name: 'cluster-1', state: 'busy', owner });
      });

      test('release of what is not there', async () => {
        await expect(clientOf().release('cluster-9')).rejects.toMatchObject(code('NOT_FOUND'));
      });

      test('what the lease expiry has taken is not released for somebody else, its rest is', async () => {
        const client = clientOf();
        const lease = await client.acquire('cluster');
        stage.advance(60_000);
        await stage.post('/reset?type=cluster&state=busy&expire=1s&dest=dirty');
        await expect(client.release(lease)).rejects.toMatchObject(code('LEASE_LOST'));
        expect(await cluster(1)).toEqual(['cluster-1 dirty', 'host-1 dirty', 'project-1 dirty']);
      });
    }

    function describeWaiting(): void {
      test('nothing is free', async () => {
        await expect(clientOf().acquire('spare')).rejects.toMatchObject({
          ...code('NOTHING_FREE'),
          message: 'no resource of type "spare" was free',
        });
      });

      test('there is no such type, however long one waits', async () => {
        const wait = 600_000;
        await expect(clientOf().acquire('clutser', { wait })).rejects.toMatchObject(code('NOT_FOUND'));
      });

      test('who waits gets what is given back, first come, first served', async () => {
        const client = clientOf();
        const held = await Promise.all([client.acquire('token'), client.acquire('token')]);
        const served: string[] = [];
        const queue = ['first', 'second'].map(async (owner) => {
          const waits = Promise.withResolvers<undefined>();
          const got = clientOf(owner).acquire('token', {
            wait: 60_000,
            onWait: () => waits.resolve(undefined),
          });
          await waits.promise;
          return { done: got.then(() => served.push(owner)) };
        });
        const [first] = [await queue[0], await queue[1]];
        await client.release(held[0], { dest: 'free' });
        await first?.done;
        await client.release(held[1], { dest: 'free' });
        await (
          await queue[1]
        )?.done;
        expect(served).toEqual(['first', 'second']);
      });

      test('who is told to stop waiting has nothing', async () => {
        const before = await stage.all();
        const controller = new AbortController();
        const reason = new Error('enough');
        const { signal } = controller;
        const onWait = (): void => controller.abort(reason);
        await expect(clientOf().acquire('spare', { wait: 60_000, signal, onWait })).rejects.toBe(reason);
        expect(await stage.all()).toEqual(before);
      });

      test('who was told to stop before has not even asked', async () => {
        const signal = AbortSignal.abort(new Error('enough'));
        await expect(clientOf().acquire('cluster', { signal })).rejects.toThrow('enough');
        expect((await stage.all()).filter((line) => line.endsWith('alice'))).toEqual([]);
      });
    }

    function describeKeeping(): void {
      test('signs of life reach all of it, and a loss is told once', async () => {
        const client = clientOf();
        const lease = await client.acquire('cluster');
        const beats: string[] = [];
        const beat = Promise.withResolvers<undefined>();
        const loss = Promise.withResolvers<unknown>();
        const heart = client.heartbeat(lease, {
          interval: 2,
          onBeat: () => {
            beats.push('beat');
            beat.resolve(undefined);
          },
          onLost: loss.resolve,
        });
        stage.advance(3_600_000);
        await beat.promise;
        for (const type of ['cluster', 'project', 'host'])
          expect((await stage.post(`/reset?type=${type}&state=busy&expire=30m&dest=dirty`)).body).toBe('{}');
        await stage.post('/release?name=host-1&dest=dirty&owner=alice');
        expect(await loss.promise).toMatchObject({
          ...code('LEASE_LOST'),
          message: 'host-1 is not held by alice: nobody holds it',
        });
        expect(heart.lost.aborted).toBe(true);
        await heart.stop();
      });

      test('using: the result is what the work returns, and everything is given back', async () => {
        const result = await clientOf().using('cluster', {}, async ({ leased }) => leased.length);
        expect(result).toBe(2);
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      test('using: each lease has an owner of its own, and its caller can release it by its name', async () => {
        const using = clientOf().using('cluster', {}, async ({ name, owner }) => {
          expect(owner).toMatch(/^alice\/./);
          await expect(clientOf('al').release(name)).rejects.toMatchObject(code('LEASE_LOST'));
          expect(await clientOf().release(name)).toMatchObject({ leased: ['project-1', 'host-1'] });
        });
        await expect(using).rejects.toMatchObject(code('LEASE_LOST'));
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      test('using: also when the work throws', async () => {
        const work = async (): Promise<never> => Promise.reject(new Error('red'));
        await expect(clientOf().using('cluster', {}, work)).rejects.toThrow('red');
        expect(await cluster(1)).toEqual(whole(1, 'dirty'));
      });

      test('using: a loss ends the work, and what it did is worth nothing', async () => {
        const using = clientOf().using('cluster', { interval: 2 }, async ({ owner }, { signal }) => {
          await stage.post(`/release?name=cluster-1&dest=dirty&owner=${owner}`);
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
          return 'green';
        });
        await expect(using).rejects.toMatchObject(code('LEASE_LOST'));
        expect(await cluster(1)).toEqual(['cluster-1 dirty', 'host-1 dirty', 'project-1 dirty']);
      });

      test('using: 50 at once and two clients, nothing is left in their hands', async () => {
        const before = await stage.all();
        const clients = [clientOf('one', { poll: 100 }), clientOf('two', { poll: 100 })];
        const inUse = new Set<string>();
        const uses = clients.flatMap((client) =>
          Array.from({ length: 50 }, () =>
            client.using('cluster', { wait: 100_000, releaseAs: 'free' }, async ({ name }) => {
              expect(inUse).not.toContain(name);
              inUse.add(name);
              await new Promise(setImmediate);
              inUse.delete(name);
            }),
          ),
        );
        await Promise.all(uses);
        expect(await stage.all()).toEqual(before);
      });
    }
  });
}
