import { kindOf } from '../shrink.ts';
import { simulate } from '../simulate.ts';
import type { Mutation } from './mutations.ts';

export interface Catch {
  /** Seeds until one found it. */
  readonly seeds: number;
  readonly violation: string;
}

export interface Hunt {
  readonly seeds: number;
  readonly steps: number;
}

/** @returns the first seed that breaks something without the mechanism; null: none of so many did */
export async function hunt({ boskos, sabotage }: Mutation, { seeds, steps }: Hunt): Promise<Catch | null> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violation } = await simulate({ seed, boskos, steps, sabotage });
    if (violation !== null) return { seeds: seed, violation };
  }
  return null;
}

/** A row of the table of all mechanisms. */
export function rowOf({ name, boskos, harmless }: Mutation, caught: Catch | null, { seeds }: Hunt): string {
  const said = caught === null ? (harmless ?? 'NOT CAUGHT') : kindOf(caught.violation);
  return `| ${name} | ${boskos} | ${caught?.seeds ?? `> ${seeds}`} | ${said} |`;
}
