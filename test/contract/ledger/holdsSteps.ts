import { LONG_MS, physical, virtual, type World } from './world.ts';

export const ORDER = { forMs: LONG_MS, reason: 'its disk is odd' };

export const PROJECT = physical('project', ['p']);

export const CLUSTER = virtual('cluster', ['c'], { needs: { project: 1 } });

export const names = (ended: readonly { readonly record: { readonly name: string } }[]): string[] =>
  ended.map(({ record }) => record.name).sort();

/** Its next run fails for good. */
export async function fail(world: World, name: string): Promise<void> {
  await world.end(await world.begin(name), { kind: 'failed', message: 'no', retryInMs: null });
}
