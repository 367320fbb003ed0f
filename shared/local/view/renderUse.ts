import { cut, tame } from './cells.ts';

/**
 * What to do once there is something to be had: nothing, if nobody knows.
 * @param use a command; null: there is none
 */
export const renderUse = (use: string | null, columns: number): string[] =>
  use === null ? [] : [cut(`Use one: ${tame(use)}`, columns)];
