import { startEmulator } from '../../../shared/cloud/emulators.ts';
import type { Bench } from '../bench.ts';
import { count, type Counted } from './counted.ts';
import { costsOf, type Costs } from './costs.ts';
import { countedTables, findBinding } from './countedTables.ts';
import { simulate, type Simulated } from './simulated.ts';
import { findInMinutes, simulatedTable } from './simulatedTable.ts';
import type { PoolShape } from './types.ts';

/** More than there are members: each has a construct slot. */
const AS_MANY_AS_LIKE = 1_000_000;

const ONE: PoolShape = {
  ...{ types: 1, members: 10, spare: 10, maxConstructing: AS_MANY_AS_LIKE },
  ...{ slowMs: 0, againMs: 0 },
};

/** What is counted on the emulator, by its name in the tables. */
const COUNTED: Readonly<Record<string, PoolShape>> = {
  '1 type': ONE,
  '20 types': { ...ONE, types: 20, members: 1, spare: 1 },
  '1 type, max-constructing < members': { ...ONE, maxConstructing: 3 },
  '1 type, nothing to spare': { ...ONE, spare: 0 },
  '1 type, one "not yet"': { ...ONE, slowMs: 1 },
};

const MANY: PoolShape = {
  ...{ types: 20, members: 500, spare: 100, maxConstructing: AS_MANY_AS_LIKE },
  ...{ slowMs: 90_000, againMs: 60_000 },
};
const LOAD = { shape: MANY, cyclesAMinute: 1_000, minutes: 2, phases: null };

/** What is simulated, by its name in the table. */
const SIMULATED = {
  '10,000 members': LOAD,
  '100,000 members': { ...LOAD, shape: { ...MANY, members: 5_000 }, minutes: 8 },
  '10,000, max-constructing 200': { ...LOAD, shape: { ...MANY, maxConstructing: 200 } },
  '10,000, at most 6 runs of a phase at once': { ...LOAD, phases: { concurrency: 6, maxInstances: 1 } },
};

/** How far the ledger on Firestore goes: what is written where, counted; and minutes with many members, simulated. */
export const limits: Bench = async (progress) => {
  const counted = await countAll(progress);
  const costs = costsOfAll(counted);
  const simulated = new Map<string, Simulated>();
  for (const [name, load] of Object.entries(SIMULATED)) {
    progress(`simulating ${name}`);
    const tell = (what: string): void => {
      progress(`${name}: ${what}`);
    };
    simulated.set(name, await simulate(load, costs, tell));
  }
  const [first, second] = countedTables(counted);
  const more = [second, simulatedTable(simulated)];
  return { ...first, more, findings: [...findBinding(counted), ...findInMinutes(simulated)] };
};

async function countAll(progress: (what: string) => void): Promise<ReadonlyMap<string, Counted>> {
  const emulator = await startEmulator('firestore', { projectId: 'limits' });
  try {
    const counted = new Map<string, Counted>();
    for (const [name, shape] of Object.entries(COUNTED)) {
      progress(`counting ${name}`);
      counted.set(name, await count(emulator.host, shape));
    }
    return counted;
  } finally {
    await emulator.stop();
  }
}

/** Of many types, as simulated; a claim with a slot is one where there are fewer slots than members. */
function costsOfAll(counted: ReadonlyMap<string, Counted>): Costs {
  const [one, twenty, slots, dry, slow] = counted.values();
  const whole = [twenty, one, dry, slow].filter((run) => run !== undefined);
  const claims = (slots?.operations ?? []).filter(({ name }) => name === 'claims.claim clean');
  return new Map([
    ...costsOf(whole),
    ...[...costsOf(slots === undefined ? [] : [{ ...slots, operations: claims }])].map(
      ([name, cost]) => [`${name} with a slot`, cost] as const,
    ),
  ]);
}
