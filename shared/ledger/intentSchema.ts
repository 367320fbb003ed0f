import * as z from 'zod';

import type { Intent } from './port.ts';

/** An intent as ledgers store it. */
export const intentSchema: z.ZodType<Intent> = z.object({
  owner: z.string(),
  type: z.string(),
  state: z.string(),
  dest: z.string(),
  name: z.string().nullable(),
  kind: z.enum(['work', 'stock']),
  task: z.enum(['recycle', 'janitor']).nullable(),
  reason: z.string(),
  at: z.number(),
});
