import { REGIONS, type Cloud, type CloudOperation } from './cloud.ts';
import type { ComputeThings } from './computeThings.ts';
import type { ComputeType } from './computeTypes.ts';
import { checkBody, hasField } from './discovery.ts';
import { iso, type RouteCall } from './route.ts';

const HOST = 'https://www.googleapis.com/compute/v1';

/** A thing as it stands in a list. */
interface Listed {
  readonly scope: string;
  readonly item: object;
}

/** The things of a type that a project shows. */
export const thingsIn = (things: ComputeThings, project: string, type: ComputeType): readonly Listed[] =>
  things.shown(project, type).map((thing) => {
    const item = things.bodyOf(thing);
    checkBody(item, { api: 'compute', schema: type.schema, path: thing.path });
    return { scope: thing.path.split('/').slice(0, -2).join('/'), item };
  });

const SCOPES: readonly string[] = [
  'global',
  ...Object.keys(REGIONS).map((region) => `regions/${region}`),
  ...Object.values(REGIONS)
    .flat()
    .map((zone) => `zones/${zone}`),
];

/** One page over all scopes, each with its things or a warning that it has none. */
export function aggregatedList(
  all: readonly Listed[],
  { collection, list }: Pick<ComputeType, 'collection' | 'list'>,
  call: RouteCall,
): object {
  const { cloud, project } = call;
  const silent = [...cloud.knobs.silent].map((zone) => `zones/${zone}`);
  const { items, ...rest } = page(
    all.filter(({ scope }) => !silent.includes(scope)),
    call,
  );
  const scopes = SCOPES.map((scope) => {
    const here = items.filter((one) => one.scope === scope).map(({ item }) => item);
    const warning = silent.includes(scope)
      ? { code: 'UNREACHABLE', message: `The scope '${scope}' is not reachable.` }
      : { code: 'NO_RESULTS_ON_PAGE', message: `There are no results for scope '${scope}' on this page.` };
    return [scope, here.length > 0 ? { [collection]: here } : { warning }] as const;
  });
  return {
    items: Object.fromEntries(scopes),
    ...(silent.length > 0 &&
      hasField('compute', list, 'unreachables') && {
        unreachables: silent.map((scope) => `projects/${project}/${scope}`),
      }),
    ...rest,
  };
}

export function page<T>(
  all: readonly T[],
  { cloud, query }: Pick<RouteCall, 'cloud' | 'query'>,
): { items: readonly T[]; nextPageToken?: string } {
  const from = Number(query['pageToken'] ?? '0');
  const to = from + cloud.knobs.pageSize;
  return { items: all.slice(from, to), ...(to < all.length && { nextPageToken: String(to) }) };
}

export function operationOf(operation: CloudOperation, cloud: Cloud): object {
  const { name, project, zone, type, startAt, endAt, error, target } = operation;
  const status = cloud.stateOf(operation);
  const isDone = status === 'DONE';
  const path = target.includes('/') ? target : `zones/${zone}/instances/${target}`;
  const place = path.startsWith('zones/') ? 'zone' : 'region';
  return {
    kind: 'compute#operation',
    name,
    ...(!path.startsWith('global/') && { [place]: `${HOST}/projects/${project}/${place}s/${zone}` }),
    operationType: type,
    targetLink: `${HOST}/projects/${project}/${path}`,
    status,
    progress: isDone ? 100 : 0,
    insertTime: iso(startAt),
    startTime: iso(startAt),
    ...(isDone && { endTime: iso(endAt) }),
    ...(isDone &&
      error && { error: { errors: [error] }, httpErrorStatusCode: 400, httpErrorMessage: 'BAD REQUEST' }),
  };
}
