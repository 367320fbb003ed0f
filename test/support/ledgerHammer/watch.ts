import type { Firestore } from '@google-cloud/firestore';

import type { Line } from '../../contract/ledger/hammerLines.ts';
import type { World } from '../../contract/ledger/world.ts';
import { isPermanent } from './configs.ts';

/** Each claim's token and each cycle is said by one process only. */
export function saidByTwo(lines: readonly Line[]): string[] {
  const keys = lines.flatMap((line) =>
    line.said === 'taken' ? [`cycle ${line.cycle} of ${line.name}`] : [],
  );
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** Without the progress of what may be gone by now: no record is left to tell of it. */
export const ofPermanent = (lines: readonly Line[]): Line[] =>
  lines.filter(
    (line) =>
      line.said === 'end' || line.said === 'acquired' || line.said === 'releasing' || isPermanent(line.name),
  );

/** How far each record's token and cycle have come, as seen from outside while others work on it. */
export class Watcher {
  readonly #world: World;
  readonly #seen = new Map<string, { readonly token: number; readonly cycle: number }>();
  #looking: Promise<void> | null = null;
  /** Where a token or a cycle went back. */
  readonly regressions: string[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks, unless it does so at this moment. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<void> {
    for (const { name, work } of await this.#world.records()) {
      const before = this.#seen.get(name) ?? { token: 0, cycle: 0 };
      const { token, cycle } = work ?? { token: 0, cycle: 0 };
      if (token < before.token || cycle < before.cycle)
        this.regressions.push(
          `${name}: ${JSON.stringify(before)} became ${JSON.stringify({ token, cycle })}`,
        );
      this.#seen.set(name, { token, cycle });
    }
  }
}

/** Pools whose document counts other members than there are. */
export async function miscounted(firestore: Firestore, world: World): Promise<string[]> {
  const records = await world.records();
  const counted = new Map(
    (await firestore.collection('pools').get()).docs.map((pool) => [pool.id, Number(pool.get('members'))]),
  );
  const types = new Set([...counted.keys(), ...records.map(({ type }) => type)]);
  return [...types].flatMap((type) => {
    const members = records.filter((record) => record.type === type).length;
    const told = counted.get(type) ?? 0;
    return told === members ? [] : [`${type} has ${members} members, and its pool counts ${told}`];
  });
}
