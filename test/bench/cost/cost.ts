import { startEmulator, type Emulator } from '../../../shared/cloud/emulators.ts';
import { PHASES } from '../../../shared/ledger/records.ts';
import type { BenchResult, Cell } from '../bench.ts';
import { MEMBERS, measureCycle, measureIdle, type CycleCost } from './cycle.ts';
import { sum, type Cost, type Payer } from './meter.ts';

const IDLE_MEMBERS = [10, 100, 1_000];
const AIM = { reads: 16, writes: 12, messages: 4, invocations: 4 };

/** What Firestore and Pub/Sub bill, counted at their clients while the functions run on both emulators. */
export async function cost(progress: (what: string) => void): Promise<BenchResult> {
  const emulators = await startBoth();
  try {
    const [firestore] = emulators;
    progress(`the cycle of ${MEMBERS} virtual resources`);
    const cycle = await measureCycle(firestore.host);
    const idle = new Map<number, Cost>();
    for (const members of IDLE_MEMBERS) {
      progress(`an idle minute with ${members} members`);
      idle.set(members, await measureIdle(firestore.host, members));
    }
    return report(cycle, idle);
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.stop()));
  }
}

async function startBoth(): Promise<readonly [Emulator, Emulator]> {
  const projectId = 'cost';
  const firestore = await startEmulator('firestore', { projectId });
  const pubsub = await startEmulator('pubsub', { projectId });
  process.env['PUBSUB_EMULATOR_HOST'] = pubsub.host;
  return [firestore, pubsub];
}

const PAYERS: Readonly<Record<Exclude<Payer, 'sync'>, string>> = {
  wake: 'the release, which sends it round',
  recycle: 'recycle',
  fulfill: 'fulfill',
  clean: 'clean',
  free: 'free',
  user: "its user's acquire and release",
  janitor: 'the janitor, with the physical resource that comes back',
};

function report(cycle: CycleCost, idle: ReadonlyMap<number, Cost>): BenchResult {
  const none: Cost = { reads: 0, writes: 0, deletes: 0, messages: 0, invocations: 0 };
  const of = (payer: Payer): Cost => cycle.get(payer) ?? none;
  const total = (['wake', ...PHASES] as const).map(of).reduce(sum);
  const line = (what: string, { reads, writes, deletes, messages, invocations }: Cost): Cell[] => [
    what,
    ...[reads, writes, deletes, messages, invocations],
  ];
  const minutes = [...idle].map(([members, spent]) => line(`an idle minute, ${members} members`, spent));
  const [fewest, ...more] = [...idle.values()].map(({ reads, writes }) => reads + writes);
  const grows = more.some((spent) => spent > (fewest ?? 0) * 1.5);
  return {
    title:
      'Documents read, written and deleted, messages and invocations: one virtual resource that needs one physical, from dirty to free.',
    columns: ['per virtual resource and cycle', 'reads', 'writes', 'deletes', 'messages', 'invocations'],
    rows: [
      ...(['wake', ...PHASES] as const).map((payer) => line(PAYERS[payer], of(payer))),
      line('**a cycle**', total),
      ...(['user', 'janitor'] as const).map((payer) => line(`beside it: ${PAYERS[payer]}`, of(payer))),
      ...minutes,
    ],
    findings: [
      ...(['reads', 'writes', 'messages', 'invocations'] as const).map((what) => ({
        text: `${total[what].toFixed(2)} ${what} a cycle (aim: ${AIM[what]})`,
        ok: total[what] <= AIM[what] + 0.005,
      })),
      { text: `an idle minute ${grows ? 'grows' : 'does not grow'} with the members`, ok: !grows },
    ],
  };
}
