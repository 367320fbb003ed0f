import type { World } from '../contract/ledger/world.ts';
import { GRACE_MS, LONG_MS, numbered, physical, virtual } from '../contract/ledger/world.ts';
import { acquireOf, ask, releaseOf } from '../contract/ledger/usersSteps.ts';

const MINUTE_MS = 60_000;

/**
 * A day in the life of some pools: clusters that are built, used, broken and held, of projects and networks; services of which
 * some wait for ports; and a user who waits. At its end it is now.
 * @param now milliseconds since the epoch
 */
export async function playDay(world: World, now = (): number => Date.now()): Promise<void> {
  const began = await world.now();
  await world.configure(
    virtual('gke-cluster', 12, { needs: { project: 1, network: 1 } }),
    virtual('notes-service', 4, { needs: { port: 1 } }),
    physical('project', numbered('project', 20), { state: 'free' }),
    physical('network', [13, 16]),
    physical('port', numbered('port', 2)),
    virtual('old-vm', 2, { settings: { paused: true } }),
  );
  const clusters = await world.names('gke-cluster');
  const [, firstBroken, late = '', , secondBroken, held = ''] = clusters;
  const good = clusters.filter((name) => ![firstBroken, late, secondBroken].includes(name));
  const services = await world.names('notes-service');
  await sampleFor(world, 40);
  for (const name of good) {
    await world.bring(name, 'done');
    await sampleFor(world, 25);
  }
  await breakOne(
    world,
    firstBroken,
    'googleapi: Error 403: Quota CPUS exceeded in region europe-west1.\nLimit: 24.0',
  );
  await use(world, good);
  await breakOne(
    world,
    secondBroken,
    'the cluster did not become ready within 30 min: 2 of 3 nodes are NotReady',
  );
  for (const name of services.slice(0, 2)) await world.bring(name, 'done');
  await world.ledger.holds.begin(held, {
    forMs: 16 * LONG_MS,
    reason: 'its ingress is odd',
    by: 'bob@corp.example',
  });
  const inOrder = good.filter((name) => name !== held);
  await use(world, inOrder);
  for (const name of inOrder.filter((_, at) => at % 3 === 0)) {
    await acquireOf(world, 'gke-cluster', { name });
    await sampleFor(world, 17);
  }
  const spent = (await world.now()) - began;
  await sampleFor(world, Math.max(0, Math.floor((86_400_000 - spent) / 61_000) - 30));
  for (const name of services.slice(2)) await world.wait(name);
  await ask(world, 'old-vm', { requestId: 'pipeline-4711', requestTtlMs: LONG_MS });
  await world.bring(late, 'clean');
  await world.begin(late);
  await sampleFor(world, 20);
  world.advance(Math.max(0, now() - (await world.now()) - 1_000));
}

/** How many of these are in use at once. */
const IN_USE = 4;

/** Users come and go, one after another. What they give back is built anew. */
async function use(world: World, names: readonly string[]): Promise<void> {
  for (let at = 0; at < names.length + IN_USE; at += 1) {
    const [taken, back] = [names[at], names[at - IN_USE]];
    if (taken !== undefined) await acquireOf(world, 'gke-cluster', { name: taken });
    await sampleFor(world, 21);
    if (back === undefined) continue;
    const { leases } = (await world.work(back)).work;
    await releaseOf(world, back, 'dirty');
    await sampleFor(world, 3);
    await world.bring(back, 'fulfill');
    for (const { name } of leases) await world.clean(name);
    await world.bring(back, 'clean');
    await sampleFor(world, 24);
    await world.bring(back, 'done');
  }
}

/** Builds it until its construct has failed for good. */
export async function breakOne(world: World, name = '', message = 'no disk'): Promise<void> {
  await world.bring(name, 'clean');
  await world.end(await world.begin(name), { kind: 'failed', message, retryInMs: 0 });
  world.advance(GRACE_MS);
  await world.end(await world.begin(name), { kind: 'failed', message, retryInMs: null });
}

async function sampleFor(world: World, minutes: number): Promise<void> {
  const { samples, views, configs } = world.ledger;
  const types = (await configs.types()).map(({ type }) => type);
  for (let minute = 0; minute < minutes; minute += 1) {
    await samples.write(() => views.counts(types));
    world.advance(MINUTE_MS);
  }
}
