import { kindOf } from '../shrink.ts';
import { simulate } from '../simulate.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

export interface Catch {
  /** Seeds until one found it. */
  readonly seeds: number;
  readonly violation: string;
}

/** @returns the first seed that breaks something without the mechanism; null: none of so many did */
export async function hunt(
  { boskos, sabotage }: Mutation,
  { seeds, steps }: { readonly seeds: number; readonly steps: number },
): Promise<Catch | null> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violation } = await simulate({ seed, boskos, steps, sabotage });
    if (violation !== null) return { seeds: seed, violation };
  }
  return null;
}

/** The table of all mechanisms. @returns the exit code: 1 if one that matters is not missed */
export async function huntAll(seeds: number, steps: number): Promise<number> {
  console.log('| mechanism | Boskos | seeds | what breaks without it |\n| --- | --- | --- | --- |');
  let uncaught = 0;
  for (const mutation of MUTATIONS) {
    const caught = await hunt(mutation, { seeds, steps });
    if (caught === null && mutation.harmless === null) uncaught += 1;
    const said = caught === null ? (mutation.harmless ?? 'NOT CAUGHT') : kindOf(caught.violation);
    console.log(`| ${mutation.name} | ${mutation.boskos} | ${caught?.seeds ?? `> ${seeds}`} | ${said} |`);
  }
  return uncaught > 0 ? 1 : 0;
}
