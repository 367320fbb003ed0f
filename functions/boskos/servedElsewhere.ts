import { refused } from '../../shared/http/handler.ts';
import type { BoskosAnswer } from './answer.ts';

/** The ledger of a Mason that works on another server only mirrors it: whoever leased from here would take it twice. */
export const servedElsewhere = (url: string): BoskosAnswer =>
  refused(404, `this Mason works on the Boskos at ${url}: call that one`);
