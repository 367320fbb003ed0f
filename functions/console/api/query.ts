import { MasonError } from '../../../shared/errors.ts';

/** What a ledger may be asked for: Firestore refuses more than 1,500 bytes. */
const LONGEST_BYTES = 1_024;

/**
 * A parameter of the query; undefined: it is empty, or there is none.
 * @throws MasonError MESSAGE_INVALID
 */
export function parameter(query: URLSearchParams, key: string): string | undefined {
  const value = query.get(key) ?? '';
  if (Buffer.byteLength(value) > LONGEST_BYTES)
    throw new MasonError('MESSAGE_INVALID', `${key} is longer than ${LONGEST_BYTES} bytes`);
  return value === '' ? undefined : value;
}

/** @throws MasonError MESSAGE_INVALID */
export function needed(query: URLSearchParams, key: string): string {
  const value = parameter(query, key);
  if (value === undefined) throw new MasonError('MESSAGE_INVALID', `${key} is missing`);
  return value;
}
