import * as z from 'zod';

import { parseDocument } from '../../parseDocument.ts';
import type { Past } from '../../transitions/work.ts';
import type { Kind } from '../store/kind.ts';

const poolSchema = z.object({
  /** How many resources the type has. Whoever makes or drops one writes this in the same commit. */
  members: z.number(),
  /** Hash of the config under which a static pool had all of its names; null: it has not, or the config is another. */
  applied: z.string().nullable(),
});
export type Pool = Readonly<z.infer<typeof poolSchema>>;

/** The size of each pool: what two that make a member at the same time both write, so that one of them looks again. */
export const poolSizes: Kind<Pool> = {
  collection: 'pools',
  encode: (pool) => ({ ...pool }),
  decode: (fields, id) => parseDocument(fields, { schema: poolSchema, what: `the pool ${id}` }),
};

export const EMPTY_POOL: Pool = { members: 0, applied: null };

const pastSchema = z.object({ cycle: z.number(), token: z.number() });

/** What is known of names whose record ended. */
export const pasts: Kind<Past> = {
  collection: 'past',
  encode: ({ cycle, token }) => ({ cycle, token }),
  decode: (fields, id) => parseDocument(fields, { schema: pastSchema, what: `the past of ${id}` }),
};
