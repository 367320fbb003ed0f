import type { ClaimResult } from '../../../shared/ledger/port.ts';
import { physical, virtual, type World } from './world.ts';

export const CLAIMERS = 30;

/** One cluster in this phase, with a project for each of its needs. */
export async function one(
  world: World,
  phase: 'recycle' | 'fulfill' | 'clean' | 'free' | 'done',
): Promise<string> {
  await world.configure(physical('project', 2), virtual('cluster', ['c'], { needs: { project: 1 } }));
  await world.bring('c', phase);
  return 'c';
}

export const answerOf = (result: ClaimResult): string =>
  result.kind === 'refused' ? `refused: ${result.reason}` : result.kind;
