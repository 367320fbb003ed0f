import { ApiError, alreadyExists, badRequest, notFound } from './apiError.ts';
import { REGIONS, type Cloud, type CloudOperation, type CloudThing } from './cloud.ts';
import { checkLabels } from './containerApi.ts';
import { iso, type Route, type RouteCall } from './route.ts';

const HOST = 'https://www.googleapis.com/compute/v1';
const BASE = '/compute/v1/projects/:project';
/** Few, so that one project's things fill more than a page. */
const PAGE = 2;

/** The methods of the Compute API v1 that are used. */
export const computeRoutes: readonly Route[] = [
  {
    api: 'compute',
    method: 'GET',
    path: `${BASE}/regions`,
    permission: 'compute.regions.list',
    query: ['maxResults', 'pageToken', 'filter'],
    answer: 'RegionList',
    respond: ({ cloud, project, query }) => {
      const regions = Object.entries(REGIONS).map(([name, zones]) => ({
        name,
        status: 'UP',
        zones: zones.map((zone) => `${HOST}/projects/${project}/zones/${zone}`),
        quotas: cloud.quotas(project, name),
      }));
      return { kind: 'compute#regionList', ...page(regions, query) };
    },
  },
  {
    api: 'compute',
    method: 'GET',
    path: `${BASE}/aggregated/instances`,
    permission: 'compute.instances.list',
    query: ['maxResults', 'pageToken', 'filter', 'returnPartialSuccess'],
    answer: 'InstanceAggregatedList',
    respond: listInstances,
  },
  {
    api: 'compute',
    method: 'POST',
    path: `${BASE}/zones/:zone/instances`,
    permission: 'compute.instances.create',
    query: ['requestId'],
    body: 'Instance',
    answer: 'Operation',
    respond: insertInstance,
  },
  {
    api: 'compute',
    method: 'GET',
    path: `${BASE}/zones/:zone/instances/:name`,
    permission: 'compute.instances.get',
    answer: 'Instance',
    respond: (call) => instanceOf(findShown(call), call.cloud),
  },
  {
    api: 'compute',
    method: 'DELETE',
    path: `${BASE}/zones/:zone/instances/:name`,
    permission: 'compute.instances.delete',
    query: ['requestId'],
    answer: 'Operation',
    respond: (call) => {
      const { cloud } = call;
      const thing = findShown(call);
      if (thing.deletion || thing.creation.endAt > cloud.now()) throw notReady(thing);
      return operationOf(cloud.remove(thing, 'delete'), cloud);
    },
  },
  {
    api: 'compute',
    method: 'GET',
    path: `${BASE}/zones/:zone/operations/:name`,
    permission: 'compute.zoneOperations.get',
    answer: 'Operation',
    respond: ({ cloud, project, zone, name }) => {
      const operation = cloud.operation(project, zone, name);
      if (!operation) throw notFound(`The resource 'projects/${project}/zones/${zone}/operations/${name}'`);
      return operationOf(operation, cloud);
    },
  },
];

function listInstances({ cloud, project, query }: RouteCall): object {
  const { silent } = cloud.knobs;
  const { items, ...rest } = page(
    cloud.shown(project, 'vm').filter(({ zone }) => !silent.has(zone)),
    query,
  );
  const zones = Object.values(REGIONS).flat();
  const scopes = zones.map((zone) => {
    const instances = items.filter((thing) => thing.zone === zone).map((thing) => instanceOf(thing, cloud));
    const warning = {
      code: 'NO_RESULTS_ON_PAGE',
      message: `There are no results for scope 'zones/${zone}' on this page.`,
    };
    return [`zones/${zone}`, instances.length > 0 ? { instances } : { warning }] as const;
  });
  return {
    kind: 'compute#instanceAggregatedList',
    items: Object.fromEntries(scopes),
    ...(silent.size > 0 && { unreachables: [...silent].map((zone) => `projects/${project}/zones/${zone}`) }),
    ...rest,
  };
}

function page<T>(
  all: readonly T[],
  query: Readonly<Record<string, string>>,
): { items: readonly T[]; nextPageToken?: string } {
  const from = Number(query['pageToken'] ?? '0');
  const to = from + PAGE;
  return { items: all.slice(from, to), ...(to < all.length && { nextPageToken: String(to) }) };
}

interface InstanceBody {
  readonly name?: string;
  readonly machineType?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly disks?: readonly {
    readonly boot?: boolean;
    readonly initializeParams?: { readonly sourceImage?: string };
  }[];
  readonly networkInterfaces?: readonly unknown[];
}

function insertInstance({ cloud, project, zone, body }: RouteCall): object {
  const {
    name = '',
    machineType = '',
    labels = {},
    disks = [],
    networkInterfaces = [],
  } = body as InstanceBody;
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) throw invalidField('resource.name', name);
  checkLabels(labels);
  const [, machine] =
    new RegExp(`^projects/${project}/zones/${zone}/machineTypes/([a-z0-9-]+)$`).exec(machineType) ?? [];
  if (machine === undefined) throw invalidField('resource.machineType', machineType);
  const boot = disks.filter((disk) => disk.boot === true);
  const image = boot[0]?.initializeParams?.sourceImage ?? '';
  if (boot.length !== 1 || !/(^|\/)images\/(family\/)?[a-z0-9-]+$/.test(image))
    throw invalidField('resource.disks[0].initializeParams.sourceImage', image);
  if (networkInterfaces.length === 0) throw badRequest('At least one network interface is required.');
  cloud.checkPlace(zone, machine);
  if (cloud.find('vm', { project, zone, name }))
    throw alreadyExists(`The resource 'projects/${project}/zones/${zone}/instances/${name}'`);
  const thing = { kind: 'vm', project, zone, name, labels, machine, machines: 1 } as const;
  cloud.checkQuota(thing);
  return operationOf(cloud.order({ ...thing, body }, 'insert'), cloud);
}

const invalidField = (field: string, value: string): ApiError =>
  new ApiError({
    status: 400,
    reason: 'invalid',
    canonical: 'INVALID_ARGUMENT',
    message: `Invalid value for field '${field}': '${value}'.`,
  });

function findShown({ cloud, project, zone, name }: RouteCall): CloudThing {
  const thing = cloud.shown(project, 'vm').find((one) => one.zone === zone && one.name === name);
  if (!thing) throw notFound(`The resource 'projects/${project}/zones/${zone}/instances/${name}'`);
  return thing;
}

const notReady = ({ project, zone, name }: CloudThing): ApiError =>
  new ApiError({
    status: 400,
    reason: 'resourceNotReady',
    canonical: 'INVALID_ARGUMENT',
    message: `The resource 'projects/${project}/zones/${zone}/instances/${name}' is not ready`,
  });

function instanceOf(thing: CloudThing, cloud: Cloud): object {
  const { name, project, zone, creation, deletion, body } = thing;
  const isMade = creation.endAt <= cloud.now();
  return {
    ...body,
    kind: 'compute#instance',
    name,
    zone: `${HOST}/projects/${project}/zones/${zone}`,
    status: deletion ? 'STOPPING' : isMade ? 'RUNNING' : 'PROVISIONING',
    creationTimestamp: iso(creation.startAt),
  };
}

function operationOf(operation: CloudOperation, cloud: Cloud): object {
  const { name, project, zone, type, startAt, endAt, error, target } = operation;
  const status = cloud.stateOf(operation);
  const isDone = status === 'DONE';
  return {
    kind: 'compute#operation',
    name,
    zone: `${HOST}/projects/${project}/zones/${zone}`,
    operationType: type,
    targetLink: `${HOST}/projects/${project}/zones/${zone}/instances/${target}`,
    status,
    progress: isDone ? 100 : 0,
    insertTime: iso(startAt),
    startTime: iso(startAt),
    ...(isDone && { endTime: iso(endAt) }),
    ...(isDone &&
      error && { error: { errors: [error] }, httpErrorStatusCode: 400, httpErrorMessage: 'BAD REQUEST' }),
  };
}
