import { describe, expect, test } from '@jest/globals';

import type { Waiter } from '../../../shared/ledger/port.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { Line, MINUTE, type GrantSeen } from './planLine.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

interface Scene {
  readonly random: Random;
  readonly types: readonly string[];
  /** The type that never yields. */
  readonly starved: string;
  /** The longest time (ms) that any other type takes from one yield to the next. */
  readonly longestGap: number;
  /** Kinds of virtual resources: what one of them needs. */
  readonly kinds: readonly Waiter['needs'][];
}

/** 2 to 5 types, one of which never yields, and as many kinds of virtual resources or more that need any of them. */
function sceneOf(seed: number): Scene {
  const random = createWorldRandom(seed);
  const types = ['a', 'b', 'c', 'd', 'e'].slice(0, between(random, 2, 5));
  const kinds = Array.from({ length: between(random, types.length, 8) }, () => needsOf(random, types));
  return {
    random,
    types,
    starved: types[0] ?? '',
    longestGap: between(random, 10, 40 * 60) * 1000,
    kinds: [...kinds, { [types[1] ?? '']: 1 }],
  };
}

function needsOf(random: Random, types: readonly string[]): Waiter['needs'] {
  const chosen = types.filter(() => random.number() < 0.5);
  const needed = chosen.length > 0 ? chosen : types.slice(-1);
  return Object.fromEntries(needed.map((type) => [type, between(random, 1, 3)]));
}

const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random.number() * (most - least + 1));

const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[Math.floor(random.number() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

const isStarved = ({ starved }: Scene, needs: Waiter['needs']): boolean => starved in needs;

const spent = ({ waiter, at }: GrantSeen): number => at - waiter.since;

describe.each(SEEDS)('with any needs and any order in which supply trickles in (seed %i)', (seed) => {
  test('everybody whose types all yield is served in bounded time, whoever comes behind', () => {
    const scene = sceneOf(seed);
    const { random, types, starved, kinds, longestGap } = scene;
    const line = new Line(types);
    const first = between(random, 20, 50);
    for (let index = 0; index < first; index += 1) line.join(`first ${index}`, pick(random, kinds));
    const served = line.waiting.filter(({ needs }) => !isStarved(scene, needs));
    const dueAt = new Map(types.filter((type) => type !== starved).map((type) => [type, 0]));
    const bound = longestSpell(scene);
    let next = 0;
    let firstSince = 0;
    while (next < served.length) {
      const [type, at] = [...dueAt].sort((a, b) => a[1] - b[1])[0] ?? ['', 0];
      line.goTo(at);
      line.yield(type);
      dueAt.set(type, at + Math.ceil(random.number() * longestGap));
      // The flood behind them, so that every resource could find another taker.
      if (line.waiting.length < 120) line.join(`flood ${at} ${type}`, pick(random, kinds));
      for (; line.grantOf(served[next]?.name ?? '') !== undefined; next += 1) firstSince = at;
      expect(at - firstSince).toBeLessThanOrEqual(bound);
    }
  });

  test('those with the same needs are served in the order in which they began to wait', () => {
    const scene = sceneOf(seed);
    const { random, types, starved, kinds, longestGap } = scene;
    const line = new Line(types);
    for (let step = 0; step < 300; step += 1) {
      if (step < 50) line.join(`waiter ${step}`, pick(random, kinds));
      line.goTo(line.at + Math.ceil(random.number() * longestGap * 0.3));
      line.yield(
        pick(
          random,
          types.filter((type) => type !== starved),
        ),
      );
    }
    expect(line.granted.length).toBeGreaterThan(0);
    for (const kind of kinds) {
      const order = line.granted
        .filter(({ waiter }) => waiter.needs === kind)
        .map(({ waiter }) => waiter.since);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  test('the starved type delays nobody who does not need it by more than the patience (and the tick that sees it)', () => {
    const scene = sceneOf(seed);
    const { random, types, starved, kinds } = scene;
    const line = new Line(types);
    const all = Array.from({ length: between(random, 20, 50) }, () => pick(random, kinds));
    // Just what those need together who can be served.
    for (const type of types.filter((one) => one !== starved)) {
      const counts = all.filter((needs) => !isStarved(scene, needs)).map((needs) => needs[type] ?? 0);
      line.yield(
        type,
        counts.reduce((sum, count) => sum + count, 0),
      );
    }
    let longestPatience = 0;
    for (const [index, needs] of all.entries()) {
      line.goTo(line.at + Math.floor(random.number() * 10_000));
      const patienceMs = between(random, 1, 5) * MINUTE;
      longestPatience = Math.max(longestPatience, patienceMs);
      line.join(`waiter ${index}`, needs, { patienceMs });
    }
    line.goTo(line.at + 60 * MINUTE);
    expect(line.waiting.every(({ needs }) => isStarved(scene, needs))).toBe(true);
    for (const grant of line.granted) {
      expect(isStarved(scene, grant.waiter.needs)).toBe(false);
      expect(spent(grant)).toBeLessThanOrEqual(longestPatience + MINUTE);
    }
  });
});

/**
 * How long (ms) the first in line can be kept waiting: each of its types can be too dry for it once for each doubling of
 * its patience, and then yields what it needs; those before it that need the starved type hold for one patience more.
 */
function longestSpell({ types, kinds, longestGap }: Scene): number {
  const lapses = Math.max(1, Math.ceil(Math.log2(longestGap / MINUTE)) + 1);
  const mostNeeded = Math.max(
    ...kinds.map((needs) => Object.values(needs).reduce((sum, count) => sum + count, 0)),
  );
  return (types.length * lapses + mostNeeded) * longestGap + 2 * MINUTE;
}
