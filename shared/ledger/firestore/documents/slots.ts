import * as z from 'zod';

import { parseDocument } from '../../parseDocument.ts';
import type { Kind } from '../store/kind.ts';

const slotsSchema = z.object({ taken: z.number() });

/** What everybody writes who takes a construct slot of the type: of two at once, one counts again. */
export const slots: Kind<z.infer<typeof slotsSchema>> = {
  collection: 'slots',
  isBusy: true,
  encode: ({ taken }) => ({ taken }),
  decode: (fields, id) => parseDocument(fields, { schema: slotsSchema, what: `the slots of ${id}` }),
};
