import * as z from 'zod';

import { parseDocument } from '../../parseDocument.ts';

/** Written with every document. A release reads its own version and the one before, and refuses a newer one. */
export const SCHEMA_VERSION = 1;

const versionSchema = z.object({ schema: z.literal(SCHEMA_VERSION) });

/** @throws MasonError LEDGER_UNREADABLE for a document of another version */
export function checkVersion(fields: Readonly<Record<string, unknown>>, path: string): void {
  parseDocument(fields, { schema: versionSchema, what: path });
}
