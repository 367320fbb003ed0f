import * as z from 'zod';

import { parseDocument, parseJson } from '../../parseDocument.ts';
import { SAMPLES_KEPT_MS, sampleSchema, type Sample } from '../../poolCount.ts';
import type { Kind } from '../store/kind.ts';

/** The samples of half an hour. */
export interface Sampled {
  /** When it ends (ms since the epoch). */
  readonly until: number;
  readonly samples: readonly Sample[];
}

/**
 * How much time (ms) one document has: each minute rewrites it, a day is read in 49 documents instead of 1,440, and 500 types
 * stay below the 1 MiB that a document may have.
 */
const SPAN_MS = 30 * 60_000;

/** When the document ends in which this moment's sample is. */
export const spanEnd = (at: number): number => (Math.floor(at / SPAN_MS) + 1) * SPAN_MS;

/** As JSON, since types may have any name. `forgetAt` is for Firestore's own clearing: nobody else deletes them. */
export const sampled: Kind<Sampled> = {
  collection: 'samples',
  encode: ({ until, samples }) => ({
    until,
    doc: JSON.stringify(samples),
    forgetAt: new Date(until + SAMPLES_KEPT_MS),
  }),
  decode: ({ until, doc }, id) =>
    parseDocument({ until, samples: parseJson(doc) }, { schema, what: `the samples of ${id}` }),
};

const schema = z.object({ until: z.number(), samples: z.array(sampleSchema).readonly() });
