import { describe, expect, test } from '@jest/globals';

import { notYet } from '../../../shared/masonables/port.ts';
import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

/** Six clusters, of which `slots` may be under construction at once. */
const configWith = (slots: number): string =>
  configOf(physical('project', 6), virtual('cluster', { min: 6, mason: { 'max-constructing': slots } }));

/** Constructs that the test ends one by one. */
function byHand(world: World): {
  readonly underWay: string[];
  finishOne(failing?: boolean): Promise<void>;
  most: number;
} {
  const { construct } = world.script;
  const open: { name: string; end: (failing: boolean) => void }[] = [];
  const hand = {
    most: 0,
    get underWay() {
      return open.map(({ name }) => name);
    },
    async finishOne(failing = false) {
      open.shift()?.end(failing);
      await world.settle();
    },
  };
  world.script.construct = (call) =>
    new Promise((resolve, reject) => {
      open.push({
        name: call.resource.name,
        end: (failing) => {
          if (failing) reject(new Error('it failed'));
          else resolve(construct(call));
        },
      });
      hand.most = Math.max(hand.most, open.length);
    });
  return hand;
}

describe('max-constructing', () => {
  test('is how many are under construction at once; the others wait, without an attempt counted', async () => {
    const world = createWorld({ config: configWith(2) });
    const hand = byHand(world);
    await world.tick();
    expect(hand.underWay).toHaveLength(2);
    await world.minutes(3);
    expect(hand.underWay).toHaveLength(2);
    const waiting = (await world.members('cluster')).filter(({ work }) => work?.awaitsSlot === true);
    expect(waiting.map(({ work }) => [work?.phase, work?.attempts, work?.crashes])).toEqual(
      Array.from({ length: 4 }, () => ['clean', 0, 0]),
    );
  });

  test('hands each slot on as soon as it is free, without waiting for sync, in the order in which they came', async () => {
    const world = createWorld({ config: configWith(1) });
    const hand = byHand(world);
    await world.tick();
    const order: string[] = [];
    for (let built = 0; built < 6; built += 1) {
      order.push(...hand.underWay);
      await hand.finishOne();
    }
    expect(new Set(order).size).toBe(6);
    expect(await world.states('cluster')).toEqual({ free: 6 });
    expect(hand.most).toBe(1);
  });

  test('hands the slot on when a construct fails, and when it hangs until its time is up', async () => {
    const world = createWorld({ config: configWith(1) });
    const hand = byHand(world);
    await world.tick();
    const [first] = hand.underWay;
    await hand.finishOne(true);
    const [second] = hand.underWay;
    expect(second).not.toBe(first);
    await world.advance(530_001);
    expect(hand.underWay.at(-1)).not.toBe(second);
    expect(await world.member(second ?? '')).toMatchObject({ work: { attempts: 1 } });
  });

  test('keeps the slot of one that said “not yet”: what it makes outside is still being made', async () => {
    const world = createWorld({ config: configWith(1) });
    const { construct } = world.script;
    world.script.construct = () => notYet(null, 110_000);
    await world.tick();
    await world.minutes(1);
    expect(new Set(world.script.of('construct').map(({ resource }) => resource.name)).size).toBe(1);
    world.script.construct = construct;
    await world.minutes(1);
    expect(await world.states('cluster')).toEqual({ free: 6 });
  });

  test('is kept over lost messages: who was handed a slot and never heard of it is found by sync', async () => {
    const world = createWorld({ config: configWith(1) });
    const hand = byHand(world);
    await world.tick();
    world.wire.fate = ({ topic }) => (topic === 'clean' ? 'drop' : 'deliver');
    await hand.finishOne();
    expect(hand.underWay).toEqual([]);
    await world.letGo();
    await world.minutes(1);
    expect(hand.underWay).toHaveLength(1);
  });

  test('is kept over a death that keeps its slot: it is free when the claim has expired and the run ended', async () => {
    const world = createWorld({ config: configWith(1) });
    const { construct } = world.script;
    const hand = byHand(world);
    await world.tick();
    const [died] = hand.underWay;
    world.process.kill();
    world.script.construct = construct;
    await world.restore(4);
    expect(world.script.of('construct').filter(({ resource }) => resource.name === died)).toHaveLength(2);
  });

  test('that was raised lets the others begin within a minute', async () => {
    const world = createWorld({ config: configWith(1) });
    const hand = byHand(world);
    await world.tick();
    world.setConfig(configWith(5));
    await world.minutes(2);
    expect(hand.underWay).toHaveLength(5);
  });

  test('that was lowered ends nothing; no new one begins until fewer are under construction', async () => {
    const world = createWorld({ config: configWith(3) });
    const hand = byHand(world);
    await world.tick();
    world.setConfig(configWith(1));
    await world.minutes(1);
    expect(hand.underWay).toHaveLength(3);
    await hand.finishOne();
    await hand.finishOne();
    await world.minutes(2);
    expect(hand.underWay).toHaveLength(1);
    await hand.finishOne();
    expect(hand.underWay).toHaveLength(1);
  });

  test('counts each type for itself', async () => {
    const mason = { 'max-constructing': 1 };
    const world = createWorld({
      config: configOf(physical('project', 4), virtual('cluster', { mason }), virtual('store', { mason })),
    });
    const hand = byHand(world);
    await world.tick();
    expect(hand.underWay).toHaveLength(2);
  });

  test('is never exceeded, whatever is lost, doubled or killed on the way', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const world = createWorld({ config: configWith(2), seed });
      world.wire.fate = () => {
        const chance = world.random.number();
        return chance < 0.15 ? 'drop' : chance < 0.3 ? 'twice' : 'deliver';
      };
      world.meddle = () => (world.random.number() < 0.02 ? 'die' : undefined);
      let most = 0;
      const { construct } = world.script;
      world.script.construct = async (call) => {
        const members = await world.members('cluster');
        most = Math.max(most, members.filter(({ work }) => work?.constructingSince != null).length);
        return construct(call);
      };
      await world.minutes(5);
      world.meddle = () => undefined;
      world.wire.fate = () => 'deliver';
      await world.restore(10);
      expect(most).toBeLessThanOrEqual(2);
    }
  });
});
