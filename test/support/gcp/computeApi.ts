import { ApiError, alreadyExists, badRequest, notFound } from './apiError.ts';
import { numberOf, REGIONS, type Cloud, type CloudThing } from './cloud.ts';
import { aggregatedList, operationOf, page, thingsIn } from './computeAnswers.ts';
import { typeOf } from './computeTypes.ts';
import { checkLabels } from './containerApi.ts';
import { iso, type Route, type RouteCall } from './route.ts';

const HOST = 'https://www.googleapis.com/compute/v1';
const BASE = '/compute/v1/projects/:project';
/** The methods of the Compute API v1 by which VMs are made. */
export const computeRoutes: readonly Route[] = [
  {
    api: 'compute',
    method: 'GET',
    path: BASE,
    permission: 'compute.projects.get',
    answer: 'Project',
    respond: ({ project }) => ({
      kind: 'compute#project',
      name: project,
      defaultServiceAccount: `${numberOf(project)}-compute@developer.gserviceaccount.com`,
    }),
  },
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
      return { kind: 'compute#regionList', ...page(regions, { cloud, query }) };
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
      const { cloud, things, project, zone, name } = call;
      const path = `zones/${zone}/instances/${name}`;
      if (things.find(project, path)) return operationOf(things.remove(project, path), cloud);
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

function listInstances(call: RouteCall): object {
  const { cloud, things, project } = call;
  const type = typeOf('instances');
  const ordered = cloud.shown(project, 'vm').map((thing) => ({
    scope: `zones/${thing.zone}`,
    item: instanceOf(thing, cloud),
  }));
  return aggregatedList([...ordered, ...thingsIn(things, project, type)], type, call);
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
