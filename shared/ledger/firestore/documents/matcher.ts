import * as z from 'zod';

import { parseDocument, parseJson } from '../../parseDocument.ts';
import type { Kind } from '../store/kind.ts';

const matcherSchema = z.object({
  token: z.number(),
  /** Milliseconds since the epoch; null: nobody has it. */
  claimedUntil: z.number().nullable(),
  holdMs: z.number(),
  bump: z.number(),
  /** The bump that its holder had seen when it began its present look. */
  seen: z.number(),
  memory: z.record(z.string(), z.number()),
});
export type MatcherDocument = Readonly<z.infer<typeof matcherSchema>>;

/** Who decides in a component of the needs graph. */
export const matchers: Kind<MatcherDocument> = {
  collection: 'matchers',
  encode: ({ memory, ...matcher }) => ({ ...matcher, memory: JSON.stringify(memory) }),
  decode: ({ memory, ...fields }, id) =>
    parseDocument(
      { ...fields, memory: parseJson(memory) },
      { schema: matcherSchema, what: `the matcher ${id}` },
    ),
};
