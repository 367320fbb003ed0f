import type { UserData } from '../../ledger/records.ts';
import { firstJson } from './firstJson.ts';

/**
 * The user data that stands in the body of /update: a map of texts, or nothing. A value `null` is an empty text, which
 * deletes its key (boskos-wire.md, POST /update).
 * @returns what Go's encoding/json says is wrong, as a text
 */
export function readUserData(body: Uint8Array): UserData | string {
  const first = firstJson(body);
  if (first.kind === 'fault') return first.message;
  if (first.kind === 'none' || first.value === null) return {};
  const { value } = first;
  if (!isMap(value)) return `${unfit(value)} common.UserDataMap`;
  const wrong = Object.values(value).find((item) => item !== null && typeof item !== 'string');
  if (wrong !== undefined) return `${unfit(wrong)} string`;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
  );
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wellFormed = (item: unknown): string => (typeof item === 'string' ? item.toWellFormed() : '');

const unfit = (value: unknown): string => `json: cannot unmarshal ${kindOf(value)} into Go value of type`;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
