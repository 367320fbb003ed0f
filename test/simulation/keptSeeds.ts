import { DEFAULT_STEPS, type BoskosKind } from './simulate.ts';
import { RESTORED_STEPS } from './upheavals/restore.ts';

export interface KeptSeed {
  readonly boskos: BoskosKind;
  readonly seed: number;
  readonly steps: number;
  /** What comes over it (see upheavals/); default: nothing. */
  readonly upheaval?: string;
  /** What it found, and where that is tested by name: what a seed does changes with the simulator. */
  readonly story: string;
}

/** Seeds that once found something. */
export const KEPT_SEEDS: readonly KeptSeed[] = [
  {
    boskos: 'ranch',
    seed: 432,
    steps: DEFAULT_STEPS,
    story:
      'A call to acquire rested for half an hour between its look at who waits before it and its taking. Its place was ' +
      'forgotten by then, and it was given what others waited for who came before its new one. Now it looks again ' +
      '(contract/ledger: ranked by its new one).',
  },
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
  {
    boskos: 'http',
    seed: 4218,
    steps: DEFAULT_STEPS,
    story:
      'The same, and the process died before it could give back what its late calls brought; on a server without a reaper that ' +
      'stayed as it was for ever. Now a call whose note is 15 s old is not made (schedules/http: a process that stood still for ' +
      'longer than its note holds).',
  },
  {
    boskos: 'http',
    seed: 18874,
    steps: DEFAULT_STEPS,
    story:
      'An adoption was under way for 90 s; meanwhile others gave back what it was of, and borrowed it anew. Then it came, and ' +
      'put the loan that was over in the place of the new one, which nobody knew any more. Now a note that is 20 s old can not ' +
      'be adopted (contract/ledger/loans).',
  },
  {
    boskos: 'http',
    seed: 13324,
    steps: DEFAULT_STEPS,
    story:
      'A sweep looked for notes of calls that nobody knows the end of, and stood still for half an hour. A note was written and its ' +
      'answer lost meanwhile; the sweep dropped it for its age, without having looked after it. Now it drops what it has looked ' +
      'after alone (schedules/http: a note that came after a sweep had looked).',
  },
  {
    boskos: 'http',
    seed: 213,
    steps: DEFAULT_STEPS,
    story:
      'A Mason held a disk in stock for somebody who also waited for a project. The config then named no need for disks any more, ' +
      'and nobody looked at their stock: it was kept alive, leased, for ever. Now it goes back at once (schedules/http: stock of a ' +
      'type that the config in force needs nowhere any more). Found once configs lose a need for good in the simulator.',
  },
  {
    boskos: 'http',
    seed: 4490,
    steps: DEFAULT_STEPS,
    story:
      'A virtual resource that another Mason had built of a disk came to one whose config needs no disk: its recycle looked for ' +
      'projects alone, and the disk stayed parked for ever. Now recycle looks for every physical type (schedules/http: what ' +
      'another Mason has parked under its name).',
  },
  {
    boskos: 'http',
    seed: 5759,
    steps: DEFAULT_STEPS,
    story:
      'A Mason that had slept for two hours took a virtual resource that it had lost for one that waits, and gave back what ' +
      'another Mason had parked there since. Now it asks the server whose it is (schedules/http: one that waits, and is lost).',
  },
  {
    boskos: 'ranch',
    seed: 177,
    steps: DEFAULT_STEPS,
    story:
      'A user who must not overtake those before him asks how much they have reserved; while his call stands still something ' +
      'becomes free, and he was given it, although one before him had waited for it all along. Now nothing is given that ' +
      'became free since the look (schedules/ranch: a user whose look at the line is out of date).',
  },
  {
    boskos: 'ranch',
    seed: 1,
    steps: RESTORED_STEPS,
    upheaval: 'restore',
    story:
      'What was added to the config since the backup came to the restored ledger free, although somebody had left it dirty. ' +
      'Now it is born dirty (contract/ledger/restores).',
  },
  {
    boskos: 'ranch',
    seed: 70,
    steps: RESTORED_STEPS,
    upheaval: 'restore',
    story:
      'After a restore a virtual resource lay there dirty and at rest: a user took it and gave it back free, with nothing ' +
      'built of it. Now it is due for recycle at once.',
  },
];
