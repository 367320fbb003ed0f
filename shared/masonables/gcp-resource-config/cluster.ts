import {
  clusterProgress,
  createCluster,
  deleteCluster,
  getCluster,
  getServerConfig,
  listClusters,
  type Cluster,
  type NewCluster,
} from '../google/clusters.ts';
import { unless } from '../google/fault.ts';
import type { ClusterContent } from './content.ts';
import { timeOf, type Kind, type Order, type Place, type Thing } from './kinds.ts';
import { versionFor } from './version.ts';

export const clusterKind: Kind<ClusterContent> = {
  async look(google, place) {
    const cluster = await unless(['absent'], getCluster(google, place));
    return cluster && thingOf(place.project, cluster);
  },
  async list(google, project) {
    const { clusters, isWhole } = await listClusters(google, project);
    return { things: clusters.map((cluster) => thingOf(project, cluster)), isWhole };
  },
  async create(google, place, order) {
    const { version, releasechannel } = order.spec;
    const offer = await getServerConfig(google, place.project, place.zone);
    const initialClusterVersion = versionFor(
      { version, channel: releasechannel?.channel },
      offer,
      place.zone,
    );
    return createCluster(google, place, bodyOf(place, order, initialClusterVersion));
  },
  progress: clusterProgress,
  delete: deleteCluster,
};

function thingOf(project: string, cluster: Cluster): Thing {
  const { name, location, status, statusMessage, conditions, createTime, resourceLabels, endpoint } = cluster;
  const said = [statusMessage, ...conditions.map(({ code, message }) => `${code} ${message}`.trim())];
  return {
    kind: 'cluster',
    project,
    zone: location,
    name,
    state: STATES[status] ?? 'making',
    status: [status, ...new Set(said.filter(Boolean))].join(': '),
    createdAt: timeOf(createTime),
    labels: resourceLabels,
    endpoint: { address: endpoint, certificate: cluster.masterAuth.clusterCaCertificate },
  };
}

/** Others (PROVISIONING, RECONCILING) are on their way to RUNNING. */
const STATES: Readonly<Record<string, Thing['state']>> = {
  RUNNING: 'ready',
  STOPPING: 'going',
  ERROR: 'broken',
  DEGRADED: 'broken',
};

/** Without a machine type GKE takes its own default. */
export const DEFAULT_MACHINE_TYPE = 'e2-medium';

function bodyOf(
  { project, name }: Place,
  { spec, labels }: Order<ClusterContent>,
  version: string,
): NewCluster {
  return {
    name,
    initialClusterVersion: version,
    resourceLabels: labels,
    nodePools: [nodePoolOf(spec)],
    masterAuth: { clientCertificateConfig: { issueClientCertificate: spec.enableclientcertificate } },
    ...(spec.enablekubernetesalpha && {
      enableKubernetesAlpha: true,
      // Without this GKE would put it in a channel, in which no alpha cluster may be.
      releaseChannel: { channel: 'UNSPECIFIED' },
    }),
    ...(spec.releasechannel && { releaseChannel: spec.releasechannel }),
    ...(spec.networkpolicy && {
      networkPolicy: spec.networkpolicy,
      addonsConfig: { networkPolicyConfig: { disabled: !spec.networkpolicy.enabled } },
    }),
    ...(spec.enableworkloadidentity && {
      workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
    }),
  };
}

function nodePoolOf(spec: ClusterContent): Readonly<Record<string, unknown>> {
  return {
    name: 'default-pool',
    initialNodeCount: spec.numnodes,
    config: {
      machineType: spec.machinetype ?? DEFAULT_MACHINE_TYPE,
      ...(spec.scopes && { oauthScopes: spec.scopes }),
      ...(spec.enableworkloadidentity && { workloadMetadataConfig: { mode: 'GKE_METADATA' } }),
    },
    // Nodes of an alpha cluster can be neither upgraded nor repaired.
    ...(spec.enablekubernetesalpha && { management: { autoUpgrade: false, autoRepair: false } }),
  };
}
