import { intentSchema } from '../../intentSchema.ts';
import { parseDocument } from '../../parseDocument.ts';
import type { Intent } from '../../port.ts';
import type { Kind } from '../store/kind.ts';

/** Calls to another server that were about to be made, by their owners. */
export const intents: Kind<Intent> = {
  collection: 'intents',
  encode: (intent) => ({ ...intent }),
  decode: (fields, id) => parseDocument(fields, { schema: intentSchema, what: `the intent ${id}` }),
};
