import type { StandIn } from './standIn.ts';

/** A zone, and its region. */
const Z = 'zones/us-central1-b';
const R = 'regions/us-central1';
const G = 'global';

/** What Google itself makes in a new project. */
export function furnish({ things }: StandIn, project: string): void {
  const network = 'global/networks/default';
  things.put(project, network, { autoCreateSubnetworks: true });
  for (const region of ['us-central1', 'europe-west1']) {
    const subnet = `regions/${region}/subnetworks/default`;
    things.put(project, subnet, { network: url(project, network) }, { owner: network });
    const route = { network: url(project, network), nextHopNetwork: url(project, network) };
    things.put(project, `global/routes/default-route-${region}`, route, { owner: network });
  }
  things.put(project, 'global/routes/default-route-0a1b2c3d', toInternet(project, network), {
    owner: network,
  });
  for (const name of ['icmp', 'internal', 'rdp', 'ssh'])
    things.put(project, `global/firewalls/default-allow-${name}`, { network: url(project, network) });
}

/** The paths of what `furnish` makes. */
export const FURNITURE: readonly string[] = [
  'global/firewalls/default-allow-icmp',
  'global/firewalls/default-allow-internal',
  'global/firewalls/default-allow-rdp',
  'global/firewalls/default-allow-ssh',
  'global/networks/default',
  'global/routes/default-route-0a1b2c3d',
  'global/routes/default-route-europe-west1',
  'global/routes/default-route-us-central1',
  'regions/europe-west1/subnetworks/default',
  'regions/us-central1/subnetworks/default',
];

/**
 * What tests leave in a project: something of every kind that can be put there, hung up on each other as they are in life,
 * with a zonal and a regional cluster whose nodes GKE makes anew.
 */
export function litter(standIn: StandIn, project: string): void {
  const put = (path: string, body: object = {}, owner?: string): void => {
    const whole = JSON.parse(JSON.stringify(body).replaceAll('"@', `"projects/${project}/`)) as Readonly<
      Record<string, unknown>
    >;
    standIn.things.put(project, path, whole, owner === undefined ? {} : { owner });
  };
  networks(put, project);
  machines(put, project);
  balancers(put);
  vpn(put);
  clusters(standIn, put, project);
}

/** `@` at the beginning of a text stands for the project. */
type Put = (path: string, body?: object, owner?: string) => void;

const NET = `@${G}/networks/e2e`;
const SUBNET = `@${R}/subnetworks/e2e`;

function networks(put: Put, project: string): void {
  put(`${G}/networks/e2e`, {
    autoCreateSubnetworks: false,
    peerings: [{ name: 'to-peer', network: `@${G}/networks/peer` }],
  });
  put(`${G}/networks/peer`, { autoCreateSubnetworks: true, peerings: [{ name: 'to-e2e', network: NET }] });
  put(`${R}/subnetworks/peer`, { network: `@${G}/networks/peer` }, `${G}/networks/peer`);
  put(`${R}/subnetworks/e2e`, { network: NET });
  put(`${R}/subnetworks/in-default`, { network: `@${G}/networks/default` });
  put(`${G}/routes/default-route-99`, toInternet(project, 'global/networks/e2e'), `${G}/networks/e2e`);
  put(`${G}/routes/to-vm`, { network: NET, nextHopInstance: `@${Z}/instances/single` });
  put(`${G}/routes/to-vpn`, { network: NET, nextHopVpnTunnel: `@${R}/vpnTunnels/ha` });
  put(`${G}/firewalls/e2e`, { network: NET });
  put(`${G}/firewalls/default-too-open`, { network: `@${G}/networks/default` });
  put(`${R}/addresses/nat`, { address: '203.0.113.1' });
  put(`${R}/routers/nat`, {
    network: NET,
    nats: [{ name: 'nat', natIps: [`@${R}/addresses/nat`], subnetworks: [{ name: SUBNET }] }],
  });
}

function machines(put: Put, project: string): void {
  const template = `@${G}/instanceTemplates/e2e`;
  put(`${R}/resourcePolicies/daily`);
  put(`${Z}/disks/single`, { resourcePolicies: [`@${R}/resourcePolicies/daily`] });
  put(`${Z}/disks/data`);
  put(`${R}/disks/both`);
  put(`${Z}/instantSnapshots/quick`, { sourceDisk: `@${Z}/disks/data` });
  put(`${G}/snapshots/data`, { sourceDisk: `@${Z}/disks/data` });
  put(`${G}/images/own`, { sourceDisk: `@${Z}/disks/data` });
  put(`${G}/machineImages/own`, { sourceInstance: `@${Z}/instances/single` });
  put(`${Z}/instances/single`, {
    disks: [
      { source: `@${Z}/disks/single`, boot: true, autoDelete: true },
      { source: `@${Z}/disks/data`, autoDelete: false },
    ],
    networkInterfaces: [{ network: NET, subnetwork: SUBNET, accessConfigs: [{ natIP: '203.0.113.2' }] }],
  });
  put(`${R}/addresses/vm`, { address: '203.0.113.2' });
  put(`${G}/instanceTemplates/e2e`, { properties: { networkInterfaces: [{ network: NET }] } });
  put(`${R}/instanceTemplates/regional`);
  for (const [scope, group] of [
    [Z, 'zonal'],
    [R, 'regional'],
  ] as const) {
    const manager = `${scope}/instanceGroupManagers/${group}`;
    put(manager, {
      instanceTemplate: template,
      targetPools: scope === Z ? [`@${R}/targetPools/old`] : [],
      status: { isStable: true, autoscaler: `@${scope}/autoscalers/${group}` },
    });
    put(`${scope}/instanceGroups/${group}`, { network: NET }, manager);
    put(`${scope}/autoscalers/${group}`, { target: `@${manager}` });
    node(put, `${Z}/instances/${group}-x1`, { manager, project });
  }
  put(`${Z}/instanceGroups/unmanaged`, { network: NET, subnetwork: SUBNET });
  put(`${R}/nodeTemplates/sole`);
  put(`${Z}/nodeGroups/sole`, { nodeTemplate: `@${R}/nodeTemplates/sole` });
  put(`${Z}/reservations/held`);
}

/** A machine of a managed group, which that makes anew. */
function node(
  put: Put,
  path: string,
  { manager, project }: { readonly manager: string; readonly project: string },
): void {
  const disk = path.replace('/instances/', '/disks/');
  put(disk);
  put(
    path,
    {
      disks: [{ source: `@${disk}`, boot: true, autoDelete: true }],
      networkInterfaces: [{ network: NET, subnetwork: SUBNET }],
      metadata: { items: [{ key: 'created-by', value: `projects/1234567/${manager}` }] },
      labels: { project },
    },
    manager,
  );
}

function balancers(put: Put): void {
  for (const scope of [G, R]) {
    put(`${scope}/healthChecks/e2e`);
    put(`${scope}/sslCertificates/e2e`);
    put(`${scope}/sslPolicies/e2e`);
    put(`${scope}/securityPolicies/e2e`);
    put(`${scope}/backendServices/web`, {
      backends: [
        { group: scope === G ? `@${Z}/instanceGroups/zonal` : `@${R}/instanceGroups/regional` },
        { group: `@${Z}/networkEndpointGroups/e2e` },
      ],
      healthChecks: [`@${scope}/healthChecks/e2e`],
      securityPolicy: `@${scope}/securityPolicies/e2e`,
    });
    put(`${scope}/urlMaps/web`, {
      defaultService: `@${scope}/backendServices/web`,
      pathMatchers: scope === G ? [{ name: 'static', defaultService: `@${G}/backendBuckets/static` }] : [],
    });
    put(`${scope}/targetHttpProxies/web`, { urlMap: `@${scope}/urlMaps/web` });
    put(`${scope}/targetHttpsProxies/web`, {
      urlMap: `@${scope}/urlMaps/web`,
      sslCertificates: [`@${scope}/sslCertificates/e2e`],
      sslPolicy: `@${scope}/sslPolicies/e2e`,
    });
    put(`${scope}/targetTcpProxies/web`, { service: `@${scope}/backendServices/web` });
    put(`${scope}/addresses/web`, { address: scope === G ? '203.0.113.3' : '203.0.113.4' });
    put(`${scope}/forwardingRules/web`, {
      IPAddress: scope === G ? '203.0.113.3' : '203.0.113.4',
      target: `@${scope}/targetHttpsProxies/web`,
    });
  }
  put(`${G}/backendBuckets/static`);
  put(`${G}/targetSslProxies/web`, { service: `@${G}/backendServices/web` });
  put(`${G}/targetGrpcProxies/web`, { urlMap: `@${G}/urlMaps/web` });
  put(`${Z}/networkEndpointGroups/e2e`, { network: NET, subnetwork: SUBNET });
  put(`${G}/networkEndpointGroups/internet`);
  put(`${G}/httpHealthChecks/old`);
  put(`${G}/httpsHealthChecks/old`);
  put(`${R}/targetPools/old`, { healthChecks: [`@${G}/httpHealthChecks/old`] });
  put(`${R}/forwardingRules/old`, { target: `@${R}/targetPools/old` });
  put(`${R}/forwardingRules/internal`, {
    backendService: `@${R}/backendServices/web`,
    network: NET,
    subnetwork: SUBNET,
  });
  put(`${R}/serviceAttachments/psc`, {
    producerForwardingRule: `@${R}/forwardingRules/internal`,
    natSubnets: [SUBNET],
  });
  put(`${R}/packetMirrorings/tap`, {
    network: { url: NET },
    collectorIlb: { url: `@${R}/forwardingRules/internal` },
  });
  put(`${Z}/targetInstances/single`, { instance: `@${Z}/instances/single` });
  put(`${R}/forwardingRules/protocol`, { target: `@${Z}/targetInstances/single` });
}

function vpn(put: Put): void {
  put(`${R}/vpnGateways/ha`, { network: NET });
  put(`${R}/routers/vpn`, {
    network: NET,
    interfaces: [{ name: 'if-1', linkedVpnTunnel: `@${R}/vpnTunnels/ha` }],
  });
  put(`${G}/externalVpnGateways/peer`);
  put(`${R}/vpnTunnels/ha`, {
    router: `@${R}/routers/vpn`,
    vpnGateway: `@${R}/vpnGateways/ha`,
    peerExternalGateway: `@${G}/externalVpnGateways/peer`,
  });
  put(`${R}/targetVpnGateways/classic`, { network: NET });
  put(`${R}/vpnTunnels/classic`, { targetVpnGateway: `@${R}/targetVpnGateways/classic` });
  put(`${R}/forwardingRules/esp`, { target: `@${R}/targetVpnGateways/classic` });
}

/** A zonal and a regional one, each with a group of nodes and what GKE makes beside it. */
function clusters({ cloud }: StandIn, put: Put, project: string): void {
  for (const place of ['us-central1-b', 'us-central1']) {
    const name = place === 'us-central1' ? 'regional' : 'zonal';
    const manager = `${Z}/instanceGroupManagers/gke-${name}-default-pool-grp`;
    const owner = `locations/${place}/clusters/${name}`;
    cloud.order(
      {
        kind: 'cluster',
        project,
        zone: place,
        name,
        labels: {},
        machine: 'e2-medium',
        machines: 1,
        body: {
          networkConfig: { network: `projects/${project}/global/networks/e2e` },
          instanceGroupUrls: [`https://www.googleapis.com/compute/v1/projects/${project}/${manager}`],
        },
      },
      'CREATE_CLUSTER',
    );
    put(`${G}/instanceTemplates/gke-${name}-default-pool`, {}, owner);
    put(manager, { instanceTemplate: `@${G}/instanceTemplates/gke-${name}-default-pool` }, owner);
    put(manager.replace('Managers', 's'), {}, manager);
    node(put, `${Z}/instances/gke-${name}-x1`, { manager, project });
    put(`${G}/firewalls/gke-${name}-all`, { network: NET }, owner);
    // A volume of a pod outlives its cluster.
    put(`${Z}/disks/pvc-${name}`, { labels: { 'goog-k8s-cluster-name': name } });
  }
}

const url = (project: string, path: string): string =>
  `https://www.googleapis.com/compute/v1/projects/${project}/${path}`;

const toInternet = (project: string, network: string): Readonly<Record<string, unknown>> => ({
  network: url(project, network),
  destRange: '0.0.0.0/0',
  nextHopGateway: url(project, 'global/gateways/default-internet-gateway'),
});
