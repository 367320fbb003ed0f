import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { physical, virtual } from './world.ts';

export const MINUTE = 60_000;

// ---- configs between which the test changes, the first of them the one in which all comes right

const project = physical('project', ['p1', 'p2', 'p3', 'p4', 'p5']);

const disk = physical('disk', [2, 4], { lifespanMs: 120 * MINUTE });

const host = physical('host', ['h1']);

const slow = { lifespanMs: 180 * MINUTE, settings: { maxConstructing: 2 } };

const cluster = virtual('cluster', ['c1', 'c2', 'c3'], { needs: { project: 1, disk: 1 }, ...slow });

const lab = virtual('lab', [1, 2], { needs: { project: 1 } });

const suite = virtual('suite', ['s1'], { needs: { lab: 1 } });

export const CONFIGS: readonly (readonly TypeRecord[])[] = [
  [project, disk, host, cluster, lab, suite],
  [project, disk, host, { ...cluster, hash: 'cluster-2', needs: { project: 2 } }, lab, suite],
  [physical('project', ['p1', 'p2', 'p3', 'p4']), disk, physical('host', ['h1', 'p5']), cluster, lab, suite],
  [project, disk, host, lab, suite],
  [
    project,
    physical('disk', [0, 1]),
    host,
    cluster,
    virtual('lab', [1, 1], { needs: { project: 1 }, settings: { paused: true } }),
  ],
  [project, disk, host, physical('cluster', ['c1', 'c2', 'c3'], { hash: 'cluster-3' }), lab, suite],
  [
    project,
    disk,
    physical('host', ['h1', 'c3']),
    { ...cluster, size: { kind: 'static', names: ['c1'] } },
    lab,
  ],
];
