import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { numbered, physical, virtual, withComponents } from '../../contract/ledger/world.ts';

type Config = readonly TypeRecord[];

const project = physical('project', numbered('p', 9));
const cluster = virtual('cluster', numbered('c', 4), {
  needs: { project: 1, disk: 1 },
  settings: { maxConstructing: 2 },
});
const lab = virtual('lab', numbered('l', 2), { needs: { project: 2 } });

const config = (change: {
  readonly disk: readonly [min: number, max: number];
  readonly hosts: readonly string[];
  readonly hash?: string;
}): Config =>
  withComponents([
    project,
    physical('disk', change.disk),
    physical('host', change.hosts),
    { ...cluster, ...(change.hash !== undefined && { hash: change.hash }) },
    lab,
  ]);

/** Between these the config changes while all goes on; the first is the one in which all comes right. */
export const CONFIGS: readonly [Config, ...Config[]] = [
  config({ disk: [4, 6], hosts: ['h-1', 'h-2'] }),
  config({ disk: [1, 3], hosts: ['h-2', 'h-3'] }),
  config({ disk: [6, 8], hosts: ['h-1', 'h-2', 'h-3'], hash: 'cluster-2' }),
];

/** Whether a resource of this name is there under every config. */
export const isPermanent = (name: string): boolean => /^[pcl]-\d+$/.test(name);
