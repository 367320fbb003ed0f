import { parse } from 'yaml';

import { MasonError } from '../errors.ts';
import type { UserData } from '../ledger/records.ts';

/**
 * An entry of user data that holds YAML or JSON, as Boskos's own clients write and read it.
 * @param read makes of it what it is to be, and throws if it is not that: a schema's `parse`, say
 * @throws MasonError CONTENT_INVALID: there is no such entry, or it is neither. What `read` throws
 */
export function readEntry<Value>(userData: UserData, key: string, read: (value: unknown) => Value): Value {
  const text = userData[key];
  if (text === undefined) {
    const keys = Object.keys(userData).join(', ') || 'none';
    throw new MasonError('CONTENT_INVALID', `the user data has no ${JSON.stringify(key)}; its keys: ${keys}`);
  }
  return read(parsed(key, text));
}

function parsed(key: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Not the parser's words, which show what it found: it may be a credential.
    throw new MasonError('CONTENT_INVALID', `what the user data has as ${JSON.stringify(key)} is no YAML`);
  }
}
