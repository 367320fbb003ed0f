import * as z from 'zod';

import { parseDocument } from '../../parseDocument.ts';
import type { Kind } from '../store/kind.ts';

const summarySchema = z.object({
  type: z.string(),
  state: z.string(),
  owner: z.string(),
  heldBy: z.string().nullable(),
  phase: z.string().optional(),
  queueSince: z.number().optional(),
});
export type Summary = Readonly<z.infer<typeof summarySchema>>;

/** What is counted of a resource. */
export const SUMMARY_FIELDS = summarySchema.keyof().options;

/** Resources as far as they are counted: read only. */
export const summaries: Kind<Summary> = {
  collection: 'resources',
  encode: () => {
    throw new Error('a summary is never written');
  },
  decode: (fields, id) => parseDocument(fields, { schema: summarySchema, what: `the resource ${id}` }),
};
