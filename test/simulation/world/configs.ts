import type { Dice } from '../core/dice.ts';
import { configOf, type Entry } from '../../support/worldConfig.ts';

/** The configs of one world: it begins and ends with the first, and changes between them. */
export type ConfigTexts = readonly [string, ...string[]];

const QUICK = { 'retry-base': '5s', 'retry-max': '30s', patience: '30s' };

const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);

export const physical = (
  type: string,
  names: readonly string[] | readonly [number, number],
  lifespan?: string,
): Entry => ({
  type,
  state: 'free',
  ...(typeof names[0] === 'number' ? { 'min-count': names[0], 'max-count': names[1] } : { names }),
  ...(lifespan !== undefined && { lifespan }),
  mason: { janitor: { type: 'Simulated' }, ...QUICK },
});

interface Virtual {
  readonly members: readonly string[] | readonly [number, number];
  readonly needs: Readonly<Record<string, number>>;
  readonly version?: number;
  readonly mason?: Readonly<Record<string, unknown>>;
  readonly lifespan?: string;
}

export const virtual = (type: string, { members, needs, version = 1, mason, lifespan }: Virtual): Entry => ({
  type,
  state: 'dirty',
  ...(typeof members[0] === 'number'
    ? { 'min-count': members[0], 'max-count': members[1] }
    : { names: members }),
  needs,
  ...(lifespan !== undefined && { lifespan }),
  config: { type: 'Simulated', content: `version: ${version}` },
  mason: { ...QUICK, 'max-attempts': 3, 'construct-timeout': '3h', ...mason },
});

const project = physical('project', numbered('project', 3));
const small = physical('project', numbered('project', 2));
const disk = physical('disk', numbered('disk', 2));
const cluster = { members: numbered('cluster', 2), needs: { project: 1 } };
const pair = { members: numbered('cluster', 2), needs: { project: 1, disk: 1 } };
const lab = { members: [1, 2] as const, needs: { project: 1 } };

/** Small worlds: in a large one, two who get in each other's way are rare. */
export const WORLDS: readonly ConfigTexts[] = [
  [
    configOf(project, virtual('cluster', cluster)),
    configOf(project, virtual('cluster', { ...cluster, version: 2 })),
    configOf(project, virtual('cluster', { ...cluster, members: ['cluster-1'] })),
  ],
  [
    configOf(project, disk, virtual('cluster', pair)),
    configOf(project, disk, virtual('cluster', { ...pair, needs: { project: 1 } })),
    configOf(small, disk, virtual('cluster', { ...pair, members: ['cluster-1'] })),
  ],
  [
    configOf(
      project,
      virtual('cluster', { ...cluster, members: ['cluster-1'], needs: { project: 2 } }),
      virtual('lab', { ...lab, members: [1, 1] }),
    ),
    configOf(project, virtual('lab', { ...lab, members: [1, 1] })),
    configOf(
      project,
      virtual('cluster', { ...cluster, members: ['cluster-1'], needs: { project: 2 } }),
      virtual('lab', { ...lab, members: [1, 1], mason: { paused: true } }),
    ),
  ],
  [
    configOf(
      project,
      virtual('lab', { ...lab, members: [2, 3], lifespan: '1h', mason: { 'max-constructing': 1 } }),
    ),
    configOf(project, virtual('lab', { ...lab, members: [0, 1] })),
  ],
  [
    configOf(
      physical('disk', [1, 3], '2h'),
      small,
      virtual('cluster', { ...pair, members: ['cluster-1'] }),
      virtual('lab', { ...lab, members: [1, 1], needs: { disk: 1 } }),
    ),
    configOf(
      physical('disk', [1, 3], '2h'),
      small,
      virtual('lab', { ...lab, members: [1, 1], needs: { disk: 1 } }),
    ),
  ],
  [
    configOf(
      small,
      virtual('lab', { members: ['lab-1'], needs: { project: 1 } }),
      virtual('suite', { members: ['suite-1'], needs: { lab: 1, project: 1 } }),
    ),
    configOf(
      small,
      virtual('lab', { members: ['lab-1'], needs: { project: 1 }, version: 3 }),
      virtual('suite', { members: ['suite-1'], needs: { lab: 1, project: 1 } }),
    ),
  ],
];

export const pickConfigs = (dice: Dice): ConfigTexts => dice.pick(WORLDS);
