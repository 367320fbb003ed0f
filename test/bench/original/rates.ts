import { join } from 'node:path';

import { z } from 'zod';

import { median } from '../bench.ts';
import { measureLifecycle } from '../lifecycle.ts';
import type { Program, Store } from './program.ts';

export const LIFECYCLE_SIZES = [100, 1_000];
const ROUNDS: Readonly<Record<number, number>> = { 100: 7, 1_000: 3 };

/** Resources per second from dirty to free. */
export interface Rates {
  readonly cached: number;
  readonly quick: number;
  readonly memory: number;
  readonly durable: number;
}

const Lifecycle = z.strictObject({ seconds: z.array(z.number()).min(1) });

/** In each round everyone has its turn, so that a busy moment of the machine spoils a round, not one of them. */
export async function measureRates(
  size: number,
  { program, folder }: { readonly program: Program; readonly folder: string },
): Promise<Rates> {
  const original = async (store: Store): Promise<number> => {
    const flags = ['-store', store, '-size', String(size)];
    const { seconds } = await program.result(Lifecycle, 'lifecycle', flags);
    return Math.max(...seconds);
  };
  const rounds: Rates[] = [];
  for (let round = 0; round < (ROUNDS[size] ?? 1); round += 1) {
    rounds.push({
      cached: await original('cached'),
      quick: await original('quick'),
      memory: await measureLifecycle(size, ':memory:'),
      durable: await measureLifecycle(size, join(folder, `ledger-${size}-${round}.sqlite`)),
    });
  }
  const rate = (of: (seconds: Rates) => number): number => size / median(rounds.map(of));
  return {
    cached: rate(({ cached }) => cached),
    quick: rate(({ quick }) => quick),
    memory: rate(({ memory }) => memory),
    durable: rate(({ durable }) => durable),
  };
}

/** @returns seconds at which each of three became free, with the wait period that the original has by default */
export async function measureDefaults(program: Program): Promise<readonly number[]> {
  const { seconds } = await program.result(Lifecycle, 'lifecycle', ['-size', '3', '-wait', '15s']);
  return seconds;
}
