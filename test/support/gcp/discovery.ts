import { readFileSync } from 'node:fs';

import { ApiError } from './apiError.ts';

/**
 * The fields of Google's own types, by name: schema → type → fields. Taken from the discovery documents as
 * @googleapis/container 26.0.0 and @googleapis/compute 42.0.0 publish them (build/v1.d.ts): every field of the schemas that
 * are used; `unmodelled` are those whose own schema is not here, `any` and `map` those whose inside is not looked at.
 */
const discovery = JSON.parse(readFileSync(new URL('discovery.json', import.meta.url), 'utf8')) as Readonly<
  Record<Api, Readonly<Record<string, Readonly<Record<string, string>>>>>
>;
export type Api = 'container' | 'compute';

interface Checked {
  readonly api: Api;
  readonly schema: string;
  /** Where it is, as Google names it: `cluster.node_pools[0]`. */
  readonly path: string;
}

export const hasField = (api: Api, schema: string, field: string): boolean =>
  Object.values(discovery[api][schema] ?? {}).some((fields) => fields.split(' ').includes(field));

/** @throws ApiError 400 for a field that the API doesn't have, or that is of another type */
export function checkBody(value: unknown, { api, schema, path }: Checked): void {
  const types = discovery[api][schema];
  if (!types) throw new Error(`the stand-in has no schema ${schema}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`Invalid value at '${path}': expected an object of type ${schema}`);
  for (const [field, inside] of Object.entries(value)) {
    const type = Object.keys(types).find((one) => types[one]?.split(' ').includes(field));
    const at = path === '' ? field : `${path}.${field}`;
    if (type === undefined)
      throw invalid(
        `Invalid JSON payload received. Unknown name "${field}" at '${path}': Cannot find field.`,
      );
    checkType(inside, type, { api, path: at });
  }
}

function checkType(value: unknown, type: string, { api, path }: Omit<Checked, 'schema'>): void {
  if (type === 'any') return;
  if (type === 'unmodelled') throw new Error(`the stand-in does not model ${path}`);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) throw invalid(`Invalid value at '${path}': expected a list`);
    value.forEach((item, index) => {
      checkType(item, type.slice(0, -2), { api, path: `${path}[${index}]` });
    });
    return;
  }
  if (type === 'map') {
    const isMap =
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((one) => typeof one === 'string');
    if (!isMap) throw invalid(`Invalid value at '${path}': expected a map of strings`);
    return;
  }
  if (['string', 'number', 'boolean'].includes(type)) {
    if (typeof value !== type)
      throw invalid(`Invalid value at '${path}' (TYPE_${type.toUpperCase()}), ${JSON.stringify(value)}`);
    return;
  }
  checkBody(value, { api, schema: type, path });
}

const invalid = (message: string): ApiError =>
  new ApiError({ status: 400, reason: 'badRequest', canonical: 'INVALID_ARGUMENT', message });
