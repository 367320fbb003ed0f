import { bodyAtMost } from '../../../config/bodyAtMost.ts';
import type { HttpAnswer } from '../../../config/httpText.ts';

/** Bytes. What an owner holds comes in pages of 1,000 resources. */
export const LARGEST_BYTES = 8 * 2 ** 20;

/** @returns null if it is larger than an answer may be */
export const readBody = async ({ data }: HttpAnswer): Promise<string | null> =>
  (await bodyAtMost(data, LARGEST_BYTES))?.toString('utf8') ?? null;
