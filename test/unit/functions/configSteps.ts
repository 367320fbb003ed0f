import type { World } from '../../support/world.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';

/** Three clusters of one project each, built from this version of their content. */
export const configAt = (
  version: number,
  change: { min?: number; max?: number; supply?: number } = {},
): string => {
  const { min = 3, max = min, supply = 6 } = change;
  return configOf(physical('project', supply), virtual('cluster', { min, max, content: { version } }));
};

export const contentOf = (world: World, name: string): unknown[] =>
  world.script.of('construct', name).map(({ content }) => content['version']);

/** The versions from which the members are built, sorted. */
export async function versions(world: World): Promise<string[]> {
  const members = await world.members('cluster');
  return members.map(({ userData }) => userData['content'] ?? '').sort();
}

export const V1 = '{"version":1}';

export const V2 = '{"version":2}';
