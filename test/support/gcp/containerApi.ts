import { ApiError, alreadyExists, badRequest, notFound } from './apiError.ts';
import type { Cloud, CloudOperation, CloudThing } from './cloud.ts';
import { iso, type Route, type RouteCall } from './route.ts';

const BASE = '/v1/projects/:project/locations/:zone';
const VALID = [
  '1.34.1-gke.2037000',
  '1.33.5-gke.1201000',
  '1.33.5-gke.1125000',
  '1.32.9-gke.1248000',
  '1.30.14-gke.1000',
];
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  RAPID: ['1.34.1-gke.2037000'],
  REGULAR: ['1.33.5-gke.1201000', '1.33.5-gke.1125000'],
  STABLE: ['1.32.9-gke.1248000'],
};

/** The methods of the Container API v1 that are used. */
export const containerRoutes: readonly Route[] = [
  {
    api: 'container',
    method: 'GET',
    path: `${BASE}/serverConfig`,
    permission: 'container.clusters.list',
    answer: 'ServerConfig',
    respond: ({ cloud, zone }) => {
      cloud.checkPlace(zone, 'e2-medium');
      return {
        defaultClusterVersion: '1.33.5-gke.1125000',
        validMasterVersions: VALID,
        channels: Object.entries(CHANNELS).map(([channel, validVersions]) => ({
          channel,
          defaultVersion: validVersions.at(-1),
          validVersions,
        })),
      };
    },
  },
  {
    api: 'container',
    method: 'GET',
    path: `${BASE}/clusters`,
    permission: 'container.clusters.list',
    answer: 'ListClustersResponse',
    respond: ({ cloud, project, zone }) => {
      const { silent } = cloud.knobs;
      const clusters = cloud
        .shown(project, 'cluster')
        .filter((thing) => !silent.has(thing.zone) && (zone === '-' || thing.zone === zone));
      return { clusters: clusters.map((thing) => clusterOf(thing, cloud)), missingZones: [...silent] };
    },
  },
  {
    api: 'container',
    method: 'POST',
    path: `${BASE}/clusters`,
    permission: 'container.clusters.create',
    body: 'CreateClusterRequest',
    answer: 'Operation',
    respond: createCluster,
  },
  {
    api: 'container',
    method: 'GET',
    path: `${BASE}/clusters/:name`,
    permission: 'container.clusters.get',
    answer: 'Cluster',
    respond: (call) => clusterOf(findShown(call), call.cloud),
  },
  {
    api: 'container',
    method: 'DELETE',
    path: `${BASE}/clusters/:name`,
    permission: 'container.clusters.delete',
    answer: 'Operation',
    respond: (call) => {
      const { cloud } = call;
      const thing = findShown(call);
      const underWay = thing.deletion ?? (thing.creation.endAt > cloud.now() ? thing.creation : null);
      if (underWay) throw incompatible(underWay);
      return operationOf(cloud.remove(thing, 'DELETE_CLUSTER'), cloud);
    },
  },
  {
    api: 'container',
    method: 'GET',
    path: `${BASE}/operations/:name`,
    permission: 'container.operations.get',
    answer: 'Operation',
    respond: ({ cloud, project, zone, name }) => {
      const operation = cloud.operation(project, zone, name);
      if (!operation) throw notFound(`projects/${project}/locations/${zone}/operations/${name}`);
      return operationOf(operation, cloud);
    },
  },
];

interface ClusterBody {
  readonly name?: string;
  readonly initialClusterVersion?: string;
  readonly resourceLabels?: Readonly<Record<string, string>>;
  readonly enableKubernetesAlpha?: boolean;
  readonly releaseChannel?: { readonly channel?: string };
  readonly nodePools?: readonly NodePoolBody[];
}
interface NodePoolBody {
  readonly initialNodeCount?: number;
  readonly config?: { readonly machineType?: string; readonly oauthScopes?: readonly string[] };
  readonly management?: { readonly autoUpgrade?: boolean; readonly autoRepair?: boolean };
}

function createCluster({ cloud, project, zone, body }: RouteCall): object {
  const cluster = (body['cluster'] ?? {}) as ClusterBody;
  const { name = '', nodePools = [], resourceLabels: labels = {} } = cluster;
  const [pool] = nodePools;
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > 40)
    throw badRequest(`Invalid value for field "cluster.name": "${name}".`);
  checkLabels(labels);
  if (!pool?.initialNodeCount || pool.initialNodeCount < 1)
    throw badRequest('Cluster.initial_node_count must be greater than zero.');
  checkVersion(cluster);
  for (const scope of pool.config?.oauthScopes ?? [])
    if (!scope.startsWith('https://www.googleapis.com/auth/'))
      throw badRequest(`Invalid OAuth scope "${scope}".`);
  const machine = pool.config?.machineType ?? 'e2-medium';
  cloud.checkPlace(zone, machine);
  if (cloud.find('cluster', { project, zone, name }))
    throw alreadyExists(`projects/${project}/locations/${zone}/clusters/${name}`);
  const thing = {
    kind: 'cluster',
    project,
    zone,
    name,
    labels,
    machine,
    machines: pool.initialNodeCount,
  } as const;
  cloud.checkQuota(thing);
  return operationOf(cloud.order({ ...thing, body: { ...cluster } }, 'CREATE_CLUSTER'), cloud);
}

function checkVersion({ initialClusterVersion: version = '', ...cluster }: ClusterBody): void {
  const channel = cluster.releaseChannel?.channel ?? 'UNSPECIFIED';
  const valid = channel === 'UNSPECIFIED' ? VALID : CHANNELS[channel];
  if (!valid) throw badRequest(`Release channel "${channel}" is not available.`);
  if (!valid.includes(version)) throw badRequest(`Master version "${version}" is unsupported.`);
  if (!cluster.enableKubernetesAlpha) return;
  if (channel !== 'UNSPECIFIED') throw badRequest('Alpha clusters cannot be enrolled in a release channel.');
  const { autoRepair = true, autoUpgrade = true } = cluster.nodePools?.[0]?.management ?? {};
  if (autoRepair || autoUpgrade)
    throw badRequest('Auto_upgrade and auto_repair cannot be true when enable_kubernetes_alpha is set.');
}

/** @throws ApiError 400 */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value))
      throw badRequest(`Invalid label "${key}": "${value}".`);
  }
}

function findShown({ cloud, project, zone, name }: RouteCall): CloudThing {
  const thing = cloud.shown(project, 'cluster').find((one) => one.zone === zone && one.name === name);
  if (!thing) throw notFound(`projects/${project}/locations/${zone}/clusters/${name}`);
  return thing;
}

const incompatible = ({ name }: CloudOperation): ApiError =>
  new ApiError({
    status: 400,
    reason: 'failedPrecondition',
    canonical: 'FAILED_PRECONDITION',
    message: `Cluster is running incompatible operation ${name}.`,
  });

function clusterOf(thing: CloudThing, cloud: Cloud): object {
  const { name, zone, project, creation, body } = thing;
  const status = statusOf(thing, cloud);
  return {
    ...body,
    name,
    location: zone,
    zone,
    status,
    ...(status === 'ERROR' && { statusMessage: creation.error?.message ?? '' }),
    createTime: iso(creation.startAt),
    selfLink: `https://container.googleapis.com/v1/projects/${project}/zones/${zone}/clusters/${name}`,
    ...(status === 'RUNNING' && {
      endpoint: '203.0.113.7',
      masterAuth: { clusterCaCertificate: Buffer.from(`ca of ${name}`).toString('base64') },
    }),
  };
}

function statusOf({ name, creation, deletion }: CloudThing, cloud: Cloud): string {
  if (deletion) return 'STOPPING';
  if (creation.endAt > cloud.now()) return 'PROVISIONING';
  if (creation.error) return 'ERROR';
  return cloud.knobs.reconciling(name) ? 'RECONCILING' : 'RUNNING';
}

function operationOf(operation: CloudOperation, cloud: Cloud): object {
  const { name, zone, type, startAt, endAt, error, project, target } = operation;
  const status = cloud.stateOf(operation);
  const isDone = status === 'DONE';
  return {
    name,
    zone,
    location: zone,
    operationType: type,
    status,
    startTime: iso(startAt),
    targetLink: `https://container.googleapis.com/v1/projects/${project}/zones/${zone}/clusters/${target}`,
    ...(isDone && { endTime: iso(endAt) }),
    ...(isDone &&
      error && {
        error: { code: Number(error.code) || 13, message: error.message },
        statusMessage: error.message,
      }),
  };
}
