import { configOf, type Entry } from '../../support/worldConfig.ts';
import type { OriginalType } from '../../support/originalBoskosRanch.ts';
import type { Dice } from '../core/dice.ts';
import { physical, virtual, type ConfigTexts } from './configs.ts';

/** The config of the original's server, and what the Masons beside it read. */
export interface HttpConfigs {
  readonly server: readonly OriginalType[];
  readonly texts: ConfigTexts;
}

const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);

const project = physical('project', numbered('project', 3));
const disk = physical('disk', numbered('disk', 2));
const cluster = { members: numbered('cluster', 2), needs: { project: 1 } };
const pair = { members: numbered('cluster', 2), needs: { project: 1, disk: 1 } };
const lab = { members: [1, 2] as const, needs: { project: 1 } };

const serverOf = (entry: Entry): OriginalType => {
  const {
    type,
    state,
    names,
    'min-count': minCount,
    'max-count': maxCount,
  } = entry as Entry & {
    readonly state: string;
    readonly names?: readonly string[];
    readonly 'min-count'?: number;
    readonly 'max-count'?: number;
  };
  return names === undefined
    ? { type, state, minCount: minCount ?? 0, maxCount: maxCount ?? 0 }
    : { type, state, names };
};

export const both = (entries: readonly Entry[], ...others: readonly (readonly Entry[])[]): HttpConfigs => ({
  server: entries.map(serverOf),
  texts: [configOf(...entries), ...others.map((other) => configOf(...other))],
});

export const HTTP_WORLDS: readonly HttpConfigs[] = [
  both([project, virtual('cluster', cluster)], [project, virtual('cluster', { ...cluster, version: 2 })]),
  both(
    [project, disk, virtual('cluster', { ...pair, needs: { project: 1 } })],
    [project, disk, virtual('cluster', pair)],
  ),
  both([
    project,
    disk,
    virtual('cluster', { members: ['cluster-1'], needs: { project: 2, disk: 1 } }),
    virtual('lab', { members: ['lab-1'], needs: { disk: 1, project: 1 } }),
  ]),
  both([
    project,
    virtual('cluster', { members: ['cluster-1'], needs: { project: 2 } }),
    virtual('lab', { ...lab, members: [1, 1] }),
  ]),
  both(
    [project, virtual('lab', { ...lab, members: [2, 3] })],
    [project, virtual('lab', { ...lab, version: 2, members: [2, 3] })],
  ),
];

export const pickHttpConfigs = (dice: Dice): HttpConfigs => dice.pick(HTTP_WORLDS);
