import { DEFAULT_STEPS, simulate, type BoskosKind } from './simulate.ts';

/** @throws for the first of these seeds that breaks something, saying how to see it again */
export async function liveSeeds(
  boskos: BoskosKind,
  {
    first,
    count,
    steps = DEFAULT_STEPS,
  }: { readonly first: number; readonly count: number; readonly steps?: number },
): Promise<void> {
  for (let seed = first; seed < first + count; seed += 1) {
    const { violation } = await simulate({ seed, boskos, steps });
    if (violation === null) continue;
    const again = `npm run simulate -- --boskos ${boskos} --seed ${seed} --steps ${steps} --trace`;
    throw new Error(`${boskos} seed ${seed}: ${violation}\nto see it again: ${again}`);
  }
}
