/** A collection of the Compute API v1. */
export interface ComputeType {
  readonly collection: string;
  /** Schemas of @googleapis/compute 42.0.0. */
  readonly schema: string;
  readonly list: string;
  /** Listed over all scopes by `aggregated/COLLECTION`, each scope of this schema; null: among `global` alone. */
  readonly scoped: string | null;
  /** Fields that hold what they refer to: as long as this one stands, that can't be deleted. `[]` goes into a list. */
  readonly holds: readonly string[];
}

interface Names {
  /** Where the plural of the schema isn't the schema and an s. */
  readonly list?: string;
  readonly scoped?: string;
}

function aggregated(schema: string, holds: readonly string[], names: Names = {}): ComputeType {
  const { list = `${schema}AggregatedList`, scoped = `${schema}sScopedList` } = names;
  return { collection: collectionOf(scoped.replace(/ScopedList$/, '')), schema, list, scoped, holds };
}

const global = (collection: string, schema: string, holds: readonly string[]): ComputeType => ({
  collection,
  schema,
  list: `${schema}List`,
  scoped: null,
  holds,
});

const collectionOf = (plural: string): string => `${plural[0]?.toLowerCase() ?? ''}${plural.slice(1)}`;

const IN_NETWORK = ['network', 'subnetwork'];

/** All collections of which things can be put into a stand-in. What holds what is as Google's documentation has it. */
export const COMPUTE_TYPES: readonly ComputeType[] = [
  aggregated('ServiceAttachment', ['targetService', 'producerForwardingRule', 'natSubnets[]']),
  aggregated('PacketMirroring', ['network.url', 'collectorIlb.url']),
  global('routes', 'Route', ['network', 'nextHopVpnTunnel', 'nextHopIlb']),
  aggregated('ForwardingRule', [...IN_NETWORK, 'target', 'backendService']),
  aggregated('TargetHttpProxy', ['urlMap'], { scoped: 'TargetHttpProxiesScopedList' }),
  aggregated('TargetHttpsProxy', ['urlMap', 'sslCertificates[]', 'sslPolicy'], {
    scoped: 'TargetHttpsProxiesScopedList',
  }),
  global('targetGrpcProxies', 'TargetGrpcProxy', ['urlMap']),
  global('targetSslProxies', 'TargetSslProxy', ['service', 'sslCertificates[]', 'sslPolicy']),
  aggregated('TargetTcpProxy', ['service'], { scoped: 'TargetTcpProxiesScopedList' }),
  aggregated(
    'UrlMap',
    ['defaultService', 'pathMatchers[].defaultService', 'pathMatchers[].pathRules[].service'],
    { list: 'UrlMapsAggregatedList' },
  ),
  aggregated('BackendService', ['backends[].group', 'healthChecks[]', 'securityPolicy']),
  aggregated('BackendBucket', []),
  aggregated('Autoscaler', ['target']),
  aggregated('InstanceGroupManager', ['instanceTemplate', 'targetPools[]']),
  aggregated('TargetPool', ['healthChecks[]']),
  aggregated('TargetInstance', ['instance']),
  aggregated('InstanceGroup', IN_NETWORK),
  aggregated('NetworkEndpointGroup', IN_NETWORK),
  aggregated('Instance', [
    'disks[].source',
    'networkInterfaces[].network',
    'networkInterfaces[].subnetwork',
    'resourcePolicies[]',
  ]),
  aggregated('InstanceTemplate', []),
  aggregated('Reservation', []),
  aggregated('NodeGroup', ['nodeTemplate']),
  aggregated('NodeTemplate', []),
  aggregated('HealthCheck', [], { list: 'HealthChecksAggregatedList' }),
  global('httpHealthChecks', 'HttpHealthCheck', []),
  global('httpsHealthChecks', 'HttpsHealthCheck', []),
  aggregated('SslCertificate', []),
  aggregated('SslPolicy', [], { list: 'SslPoliciesAggregatedList', scoped: 'SslPoliciesScopedList' }),
  aggregated('SecurityPolicy', [], {
    list: 'SecurityPoliciesAggregatedList',
    scoped: 'SecurityPoliciesScopedList',
  }),
  aggregated('InstantSnapshot', ['sourceDisk']),
  aggregated('Disk', ['resourcePolicies[]']),
  global('machineImages', 'MachineImage', []),
  global('images', 'Image', []),
  global('snapshots', 'Snapshot', []),
  aggregated('ResourcePolicy', [], { scoped: 'ResourcePoliciesScopedList' }),
  aggregated('VpnTunnel', ['router', 'vpnGateway', 'targetVpnGateway', 'peerExternalGateway']),
  aggregated('VpnGateway', ['network']),
  aggregated('TargetVpnGateway', ['network']),
  global('externalVpnGateways', 'ExternalVpnGateway', []),
  aggregated('Router', ['network', 'nats[].natIps[]', 'nats[].subnetworks[].name']),
  aggregated('Address', IN_NETWORK, { scoped: 'AddressesScopedList' }),
  global('firewalls', 'Firewall', ['network']),
  aggregated('Subnetwork', ['network']),
  global('networks', 'Network', []),
];

export function typeOf(collection: string): ComputeType {
  const type = COMPUTE_TYPES.find((one) => one.collection === collection);
  if (!type) throw new Error(`the stand-in has no ${collection}`);
  return type;
}

/** The texts at a field such as `backends[].group`. */
export function textsAt(value: unknown, field: string): readonly string[] {
  const [head = '', ...rest] = field.split('.');
  const inner: unknown = (Object(value) as Readonly<Record<string, unknown>>)[head.replace('[]', '')];
  const list: readonly unknown[] = head.endsWith('[]') ? (Array.isArray(inner) ? inner : []) : [inner];
  const texts = rest.length === 0 ? list : list.flatMap((one) => textsAt(one, rest.join('.')));
  return texts.filter((one): one is string => typeof one === 'string');
}
