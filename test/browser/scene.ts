import type { World } from '../contract/ledger/world.ts';
import { GRACE_MS, LONG_MS, numbered, physical, virtual } from '../contract/ledger/world.ts';
import { acquireOf, ask } from '../contract/ledger/usersSteps.ts';

const MINUTE_MS = 60_000;

/**
 * A day in the life of some pools: clusters that are built, used, broken and held, of projects and networks; services of which
 * some wait for ports; and a user who waits. At its end it is now.
 */
export async function playDay(world: World): Promise<void> {
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
  const services = await world.names('notes-service');
  await sampleFor(world, 40);
  for (const name of clusters.slice(0, 9)) {
    await world.bring(name, 'done');
    await sampleFor(world, 25);
  }
  for (const name of clusters.slice(0, 3)) {
    await acquireOf(world, 'gke-cluster', { name });
    await sampleFor(world, 60);
  }
  await breakOne(
    world,
    clusters[9],
    'googleapi: Error 403: Quota CPUS exceeded in region europe-west1.\nLimit: 24.0',
  );
  await breakOne(
    world,
    clusters[10],
    'the cluster did not become ready within 30 min: 2 of 3 nodes are NotReady',
  );
  await sampleFor(world, 300);
  for (const name of services.slice(0, 2)) await world.bring(name, 'done');
  await world.ledger.holds.begin(clusters[4] ?? '', {
    forMs: 8 * LONG_MS,
    reason: 'its ingress is odd',
    by: 'bob@corp.example',
  });
  const spent = (await world.now()) - began;
  await sampleFor(world, Math.max(0, Math.floor((86_400_000 - spent) / 61_000) - 30));
  for (const name of services.slice(2)) await world.wait(name);
  await ask(world, 'old-vm', { requestId: 'pipeline-4711', requestTtlMs: LONG_MS });
  await world.bring(clusters[11] ?? '', 'clean');
  await world.begin(clusters[11] ?? '');
  await sampleFor(world, 20);
  world.advance(Math.max(0, Date.now() - (await world.now()) - 1_000));
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
