import { DEFAULT_STEPS, simulate, type BoskosKind } from './simulate.ts';
import { upheavalOf } from './upheavals/upheavals.ts';

/** @throws for the first of these seeds that breaks something, saying how to see it again */
export async function liveSeeds(
  boskos: BoskosKind,
  {
    first,
    count,
    steps = DEFAULT_STEPS,
    upheaval,
  }: {
    readonly first: number;
    readonly count: number;
    readonly steps?: number;
    readonly upheaval?: string | undefined;
  },
): Promise<void> {
  for (let seed = first; seed < first + count; seed += 1) {
    const { violation } = await simulate({ seed, boskos, steps, ...upheavalOf(upheaval ?? null) });
    if (violation === null) continue;
    const flag = upheaval === undefined ? '' : ` --upheaval ${upheaval}`;
    const again = `npm run simulate --${flag} --boskos ${boskos} --seed ${seed} --steps ${steps} --trace`;
    throw new Error(`${boskos} seed ${seed}: ${violation}\nto see it again: ${again}`);
  }
}
