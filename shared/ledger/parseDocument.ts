import type * as z from 'zod';

import { MasonError } from '../errors.ts';

/**
 * What a ledger has stored, as the type that its schema says.
 *
 * @param what whose document it is, for the message
 * @throws MasonError LEDGER_UNREADABLE
 */
export function parseDocument<Document>(
  value: unknown,
  { schema, what }: { readonly schema: z.ZodType<Document>; readonly what: string },
): Document {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'document'}: ${message}`,
  );
  throw new MasonError(
    'LEDGER_UNREADABLE',
    `the document of ${what} can not be read (${faults.join('; ')}). If a newer release wrote it, use that one.`,
  );
}

/** Undefined, which no schema takes, for what is no JSON. */
export function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
