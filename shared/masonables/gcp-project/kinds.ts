/** A kind of things that tests leave in a project. */
export interface Kind {
  /** What the API calls its collection: the kind's name in the settings, too. */
  readonly collection: string;
  /** One of them, for people. */
  readonly word: string;
  /**
   * How it is listed: over all zones and regions in one call, among what is global, with the clusters of GKE, or as a part
   * of each network.
   */
  readonly listed: 'aggregated' | 'global' | 'clusters' | 'network';
}

const aggregated = (collection: string, word: string): Kind => ({ collection, word, listed: 'aggregated' });
const global = (collection: string, word: string): Kind => ({ collection, word, listed: 'global' });

export const CLUSTERS: Kind = { collection: 'clusters', word: 'cluster', listed: 'clusters' };
export const MANAGERS = aggregated('instanceGroupManagers', 'managed instance group');
export const NETWORKS = global('networks', 'network');
/** Of a network: the API has no collection of its own for them. */
export const PEERINGS: Kind = { collection: 'peerings', word: 'network peering', listed: 'network' };

/**
 * All kinds, in the order in which they go: where one thing refers to another, the one whose kind stands first is deleted
 * first (a forwarding rule before its target, a firewall before its network). Names, lists and places are those of the
 * discovery documents (@googleapis/compute 42.0.0, @googleapis/container 26.0.0).
 */
export const KINDS: readonly Kind[] = [
  CLUSTERS,
  aggregated('serviceAttachments', 'service attachment'),
  aggregated('packetMirrorings', 'packet mirroring'),
  global('routes', 'route'),
  aggregated('forwardingRules', 'forwarding rule'),
  aggregated('targetHttpProxies', 'target HTTP proxy'),
  aggregated('targetHttpsProxies', 'target HTTPS proxy'),
  global('targetGrpcProxies', 'target gRPC proxy'),
  global('targetSslProxies', 'target SSL proxy'),
  aggregated('targetTcpProxies', 'target TCP proxy'),
  aggregated('urlMaps', 'URL map'),
  aggregated('backendServices', 'backend service'),
  aggregated('backendBuckets', 'backend bucket'),
  aggregated('autoscalers', 'autoscaler'),
  MANAGERS,
  aggregated('targetPools', 'target pool'),
  aggregated('targetInstances', 'target instance'),
  aggregated('instanceGroups', 'instance group'),
  aggregated('networkEndpointGroups', 'network endpoint group'),
  aggregated('instances', 'instance'),
  aggregated('instanceTemplates', 'instance template'),
  aggregated('reservations', 'reservation'),
  aggregated('nodeGroups', 'sole-tenant node group'),
  aggregated('nodeTemplates', 'sole-tenant node template'),
  aggregated('healthChecks', 'health check'),
  global('httpHealthChecks', 'legacy HTTP health check'),
  global('httpsHealthChecks', 'legacy HTTPS health check'),
  aggregated('sslCertificates', 'SSL certificate'),
  aggregated('sslPolicies', 'SSL policy'),
  aggregated('securityPolicies', 'security policy'),
  aggregated('instantSnapshots', 'instant snapshot'),
  aggregated('disks', 'disk'),
  global('machineImages', 'machine image'),
  global('images', 'image'),
  global('snapshots', 'snapshot'),
  aggregated('resourcePolicies', 'resource policy'),
  aggregated('vpnTunnels', 'VPN tunnel'),
  aggregated('vpnGateways', 'VPN gateway'),
  aggregated('targetVpnGateways', 'classic VPN gateway'),
  global('externalVpnGateways', 'external VPN gateway'),
  aggregated('routers', 'router'),
  aggregated('addresses', 'address'),
  global('firewalls', 'firewall rule'),
  aggregated('subnetworks', 'subnet'),
  PEERINGS,
  NETWORKS,
];
