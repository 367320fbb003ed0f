import { checkedValue } from '../../../shared/api/read.ts';
import { MasonError } from '../../../shared/errors.ts';

/**
 * A parameter of the query; undefined: it is empty, or there is none.
 * @throws MasonError MESSAGE_INVALID
 */
export function parameter(query: URLSearchParams, key: string): string | undefined {
  const value = checkedValue(key, query.get(key) ?? '');
  return value === '' ? undefined : value;
}

/** @throws MasonError MESSAGE_INVALID */
export function needed(query: URLSearchParams, key: string): string {
  const value = parameter(query, key);
  if (value === undefined) throw new MasonError('MESSAGE_INVALID', `${key} is missing`);
  return value;
}
