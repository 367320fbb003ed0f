import { expect, test } from '@jest/globals';

import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { notYet } from '../../../shared/masonables/port.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import type { Fault } from '../../support/worldProcess.ts';
import { hang } from '../../support/worldScript.ts';

const MINUTE_MS = 60_000;

/** A config as people change it: sizes, contents, needs, types that come and go. */
function configFor(world: World): string {
  const among = (count: number): number => Math.floor(world.random.number() * count);
  const cluster = virtual('cluster', {
    min: 1 + among(3),
    max: 3,
    content: { version: among(3) },
    needs: { project: 1 + among(2) },
    mason: { 'max-constructing': 1 + among(3) },
  });
  const suite = virtual('suite', { min: 1, needs: { cluster: 1, port: 1 }, content: { version: among(2) } });
  const port = { type: 'port', 'min-count': 1, 'max-count': 3, mason: { janitor: { type: 'Scripted' } } };
  const project = physical('project', 8 + among(2), { mason: { janitor: { type: 'Scripted' } } });
  return configOf(project, port, cluster, ...(among(3) === 0 ? [] : [suite]));
}

type Deed = (world: World) => Promise<unknown>;

const oneOf = <T>(world: World, items: readonly T[]): T | undefined =>
  items[Math.floor(world.random.number() * items.length)];

const records = async (world: World): Promise<readonly ResourceRecord[]> => (await world.inventory()).records;

/** What users, people and accidents do. Whatever the ledger refuses is their own affair. */
const DEEDS: readonly Deed[] = [
  (world) => world.tick(),
  (world) => world.minutes(2),
  (world) => world.advance(20_000),
  (world) => world.acquire(oneOf(world, ['cluster', 'suite', 'project', 'port']) ?? 'cluster'),
  async (world) => {
    const mine = oneOf(
      world,
      (await records(world)).filter(({ owner }) => owner === 'alice'),
    );
    if (mine !== undefined) await world.acquireLeased(mine);
  },
  async (world) => {
    const mine = oneOf(
      world,
      (await records(world)).filter(({ owner }) => owner === 'alice'),
    );
    const names = [...(await world.members('cluster')), ...(await world.members('suite'))].map(
      ({ name }) => name,
    );
    const dest = oneOf(world, [
      'dirty',
      'dirty',
      'free',
      'toBeDeleted',
      'other',
      oneOf(world, names) ?? 'free',
    ]);
    if (mine !== undefined) await world.release(mine.name, dest ?? 'dirty');
  },
  async (world) => {
    const any = oneOf(world, await records(world));
    const topic = oneOf(world, ['recycle', 'fulfill', 'clean', 'free', 'janitor'] as const);
    if (any !== undefined && topic !== undefined) await world.say(topic, any.name);
  },
  async (world) => {
    world.setConfig(configFor(world));
  },
  async (world) => {
    world.process.kill();
  },
  async (world) => {
    const { process } = world;
    process.pause();
    world.startProcess();
    await world.minutes(1);
    process.resume();
    await world.settle();
  },
  async (world) => {
    const letter = oneOf(world, world.wire.published);
    if (letter !== undefined) world.wire.post([letter]);
  },
];

function disturb(world: World): void {
  const { construct, destroy } = world.script;
  const upset =
    (calm: typeof construct): typeof construct =>
    (call) => {
      const chance = world.random.number();
      if (chance < 0.1) throw new Error('it failed');
      if (chance < 0.15) return notYet({ half: true }, 30_000);
      if (chance < 0.18) return { nonsense: true };
      if (chance < 0.21) return hang();
      if (chance < 0.24) {
        world.process.kill();
        return hang();
      }
      return calm(call);
    };
  world.script.construct = upset(construct);
  world.script.destroy = upset(destroy);
  world.wire.fate = () => {
    const chance = world.random.number();
    return chance < 0.1 ? 'drop' : chance < 0.2 ? 'twice' : 'deliver';
  };
  const faults: readonly Fault[] = ['unavailable', 'unavailableAfter', 'die', 'dieAfter'];
  world.meddle = () => (world.random.number() < 0.01 ? oneOf(world, faults) : undefined);
}

/** No more accidents; a person takes care of the quarantine and of what users left in states of their own. */
async function calm(world: World, quiet: Pick<World['script'], 'construct' | 'destroy'>): Promise<void> {
  Object.assign(world.script, quiet);
  world.meddle = () => undefined;
  world.wire.fate = () => 'deliver';
  world.setConfig(configOf(...FINALLY));
  await world.advance(31 * MINUTE_MS);
  for (let round = 0; round < 15; round += 1) {
    for (const { name, state } of await records(world)) {
      if (state === 'quarantined') await world.ledger.claims.retry(name, MINUTE_MS);
      if (state === 'other') {
        const taken = await world.users.acquireByState({
          state,
          dest: 'busy',
          owner: 'person',
          names: [name],
        });
        if (taken !== null) await world.release(name, 'dirty', 'person');
      }
    }
    await world.minutes(3);
  }
  await world.restore(60);
}

const FINALLY = [
  physical('project', 8, { mason: { janitor: { type: 'Scripted' } } }),
  { type: 'port', 'min-count': 1, 'max-count': 3, mason: { janitor: { type: 'Scripted' } } },
  virtual('cluster', { min: 3, max: 3, content: { version: 9 }, needs: { project: 2 } }),
  virtual('suite', { min: 1, needs: { cluster: 1, port: 1 }, content: { version: 9 } }),
];

const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

test.each(SEEDS)(
  'whatever users, people and accidents do, the world comes back to its size (seed %i)',
  async (seed) => {
    const world = createWorld({ seed });
    const { construct, destroy } = world.script;
    world.setConfig(configFor(world));
    disturb(world);
    for (let step = 0; step < 60; step += 1) {
      try {
        await oneOf(world, DEEDS)?.(world);
      } catch (error) {
        if (String(error).includes('what must always hold')) throw error;
      }
      await world.settle();
    }
    await calm(world, { construct, destroy });
    const members = [...(await world.members('cluster')), ...(await world.members('suite'))];
    for (const { name, userData, heldBy, work } of members) {
      expect(userData).toMatchObject({ secret: `${name}-${work?.cycle ?? 0}` });
      // What another one is made of is rebuilt when that one goes round.
      if (heldBy === null) expect(userData).toMatchObject({ content: '{"version":9}' });
    }
    expect(new Set(world.script.made.keys())).toEqual(new Set(members.map(({ name }) => name)));
    expect(world.wire.deadLetters.filter(({ topic }) => topic !== 'sync')).toEqual([]);
  },
);
