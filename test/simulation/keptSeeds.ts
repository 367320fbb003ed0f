import { DEFAULT_STEPS, type BoskosKind } from './simulate.ts';

export interface KeptSeed {
  readonly boskos: BoskosKind;
  readonly seed: number;
  readonly steps: number;
  /** What it found, and where that is tested by name: what a seed does changes with the simulator. */
  readonly story: string;
}

/** Seeds that once found something. */
export const KEPT_SEEDS: readonly KeptSeed[] = [
  {
    boskos: 'http',
    seed: 2,
    steps: DEFAULT_STEPS,
    story:
      'A user releases a static project as toBeDeleted: the janitor made a tombstone of it, which the server keeps for ever. ' +
      'Now it is cleaned and free again (schedules/http: a static resource that a user wants deleted).',
  },
  {
    boskos: 'http',
    seed: 8,
    steps: DEFAULT_STEPS,
    story: 'The same, with a virtual resource that waits for that project for ever.',
  },
  {
    boskos: 'http',
    seed: 91,
    steps: DEFAULT_STEPS,
    story:
      'A process stood still between noting a call and making it; recovery took it for dead and dropped the note, so what the ' +
      'call brought was in nobody’s books until the lease expiry. Now it goes back at once (schedules/http: a process that ' +
      'stood still between its note and its call).',
  },
];
