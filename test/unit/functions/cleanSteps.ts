import { createWorld, type World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

const oneWith = (mason: Readonly<Record<string, unknown>> = {}): string =>
  configOf(physical('project', 2), virtual('cluster', { min: 1, mason }));

/** A world whose only cluster is due for clean. */
export async function due(mason: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const world = createWorld({ config: oneWith(mason) });
  world.hold('clean');
  await world.tick();
  return world;
}

/** Ticks every second, so that what is due runs at its time. @returns when `construct` was called, in s from now */
export async function constructTimes(world: World, seconds: number): Promise<number[]> {
  const begin = world.clock.now();
  const { construct } = world.script;
  const times: number[] = [];
  world.script.construct = (call) => {
    times.push((world.clock.now() - begin) / 1000);
    return construct(call);
  };
  await world.letGo();
  for (let second = 0; second < seconds; second += 1) {
    await world.advance(1000);
    await world.tick();
  }
  return times;
}
