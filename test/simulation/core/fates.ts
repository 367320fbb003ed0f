import type { Dice } from './dice.ts';

/**
 * What can happen to a call at the await at which its caller stands.
 *
 * go: it is done and answered at once; park: it is under way until a later step; slow: it is done, its answer is under
 * way; refuse: it fails, and nothing is done; lose: it is done, and its answer is lost; twice: it is done twice over;
 * crash, crashAfter: the instance dies before or after it; pause, pauseAfter: the instance stands still there.
 */
export const FATES = [
  'go',
  'park',
  'slow',
  'refuse',
  'lose',
  'twice',
  'crash',
  'crashAfter',
  'pause',
  'pauseAfter',
] as const;
export type Fate = (typeof FATES)[number];

export type FateWeights = Readonly<Record<Fate, number>>;

/** What is drawn of a call that was parked before: it doesn't wait for ever. */
const withoutParking = (weights: FateWeights): FateWeights => ({ ...weights, park: 0 });

export const drawFate = (dice: Dice, weights: FateWeights, isParked: boolean): Fate =>
  dice.weighted(isParked ? withoutParking(weights) : weights);

export const CALM: FateWeights = {
  go: 1,
  park: 0,
  slow: 0,
  refuse: 0,
  lose: 0,
  twice: 0,
  crash: 0,
  crashAfter: 0,
  pause: 0,
  pauseAfter: 0,
};
