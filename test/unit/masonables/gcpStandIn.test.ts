import { afterEach, describe, expect, test } from '@jest/globals';
import { request as gaxios } from 'gaxios';

import { gcpResourceConfigConverter } from '../../../shared/masonables/gcp-resource-config/gcpResourceConfig.ts';
import type { GoogleRequest } from '../../../shared/masonables/google/request.ts';
import type { Json } from '../../../shared/ledger/records.ts';
import { createStandIn, type StandIn } from '../../support/gcp/standIn.ts';
import { serveStandIn, type StandInServer } from '../../support/gcp/standInServer.ts';
import { readGcpContent } from './gcpFixtures.ts';

let now = Date.UTC(2026, 0, 1);
let server: StandInServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const authorized: GoogleRequest = (options) =>
  gaxios<string>({ ...options, headers: { authorization: 'Bearer a-token' } });

/** As the engine calls: run after run, each with the next token. */
async function toEnd(
  run: (token: number, checkpoint: Json) => Promise<{ done: boolean; checkpoint?: Json; againInMs?: number }>,
) {
  let checkpoint: Json = null;
  for (let token = 1; token < 100; token += 1) {
    const outcome = await run(token, checkpoint);
    if (outcome.done) return { outcome, tokens: token };
    checkpoint = outcome.checkpoint ?? null;
    now += outcome.againInMs ?? 0;
  }
  throw new Error('it never ends');
}

describe('Over the network, with the packages that are used in the cloud', () => {
  const content = readGcpContent(`
project:
- clusters: [{version: 1.33, releasechannel: {channel: REGULAR}, networkpolicy: {enabled: true}, enableworkloadidentity: true}]
- clusters: [{enablekubernetesalpha: true, enableclientcertificate: true, scopes: ['https://www.googleapis.com/auth/cloud-platform']}]
  vms: [{machinetype: n1-standard-1, sourceimage: global/images/i, tags: [http-server], scopes: ['https://www.googleapis.com/auth/cloud-platform']}]
`);

  async function open(request: GoogleRequest) {
    const standIn = createStandIn(() => now, ['p1', 'p2']);
    server = await serveStandIn(standIn);
    const parts = { request, endpoints: server.endpoints, now: () => now, random: () => 0.5 };
    const masonable = gcpResourceConfigConverter(parts).convert(content);
    const resource = { type: 'cluster', name: 'cluster-1', userData: {} };
    const leased = { project: ['p1', 'p2'].map((name) => ({ type: 'project', name, userData: {} })) };
    const contextOf = (token: number, checkpoint: Json) => ({
      cycle: 1,
      token,
      checkpoint,
      signal: new AbortController().signal,
      remainingMs: () => 60_000,
    });
    return { standIn, masonable, resource, leased, contextOf };
  }

  test('clusters and VMs of every kind are made and deleted', async () => {
    const { standIn, masonable, resource, leased, contextOf } = await open(authorized);
    const built = await toEnd((token, checkpoint) =>
      masonable.construct(resource, leased, contextOf(token, checkpoint)),
    );
    expect(standIn.existing()).toHaveLength(3);
    const bodies = standIn.cloud.things().map(({ body }) => body);
    expect(bodies).toContainEqual(
      expect.objectContaining({ workloadIdentityConfig: { workloadPool: 'p1.svc.id.goog' } }),
    );
    await toEnd(
      async (token, checkpoint) =>
        (await masonable.destroy?.(resource, leased, {
          ...contextOf(token + built.tokens, checkpoint),
          cycle: 2,
        })) ?? { done: false },
    );
    expect(standIn.cloud.things()).toEqual([]);
  });

  test('a call that takes too long, and an answer that is no JSON, are Google too busy', async () => {
    const answers: GoogleRequest = async () => ({ status: 200, headers: new Headers(), data: '<html>' });
    const { masonable, resource, leased, contextOf } = await open(answers);
    expect(await masonable.construct(resource, leased, contextOf(1, null))).toMatchObject({
      done: false,
      againInMs: 3_750,
    });
  });

  test('a run whose time is up calls nobody, and one with little time orders nothing', async () => {
    const { standIn, masonable, resource, leased, contextOf } = await open(authorized);
    const late = { ...contextOf(1, null), remainingMs: () => 0 };
    expect(await masonable.construct(resource, leased, late)).toMatchObject({ done: false });
    expect(standIn.calls).toEqual([]);
    const short = { ...contextOf(2, null), remainingMs: () => 10_000 };
    expect(await masonable.construct(resource, leased, short)).toMatchObject({ done: false });
    expect(standIn.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('a caller without credentials is told so', async () => {
    const { masonable, resource, leased, contextOf } = await open((options) => gaxios<string>(options));
    await expect(masonable.construct(resource, leased, contextOf(1, null))).rejects.toThrow(
      'could not list the clusters of p1: Google answers 401: Request is missing required authentication credential. Check the credentials of this Mason',
    );
  });

  test('a pause that Google asks for is kept', async () => {
    const answers: GoogleRequest = async () => ({
      status: 429,
      headers: new Headers({ 'retry-after': '120' }),
      data: '{}',
    });
    const { masonable, resource, leased, contextOf } = await open(answers);
    expect(await masonable.construct(resource, leased, contextOf(1, null))).toMatchObject({
      done: false,
      againInMs: 120_000,
    });
  });
});

describe('The stand-in', () => {
  const CLUSTERS = '/v1/projects/p1/locations/us-central1-b/clusters';
  const cluster = {
    name: 'x',
    initialClusterVersion: '1.33.5-gke.1201000',
    nodePools: [{ name: 'a', initialNodeCount: 1, config: {} }],
  };
  const open = (): StandIn => createStandIn(() => now, ['p1']);
  const ask = (standIn: StandIn, method: string, path: string, body?: unknown) =>
    standIn.handle(path.startsWith('/compute') ? 'compute' : 'container', { method, path, body });

  test.each([
    ['an unknown field', { cluster: { ...cluster, nodeCount: 1 } }, `Unknown name "nodeCount" at 'cluster'`],
    [
      'an unknown field deep inside',
      { cluster: { ...cluster, nodePools: [{ config: { machine: 'x' } }] } },
      `Unknown name "machine" at 'cluster.nodePools[0].config'`,
    ],
    [
      'a field of another type',
      { cluster: { ...cluster, nodePools: [{ initialNodeCount: '1' }] } },
      `Invalid value at 'cluster.nodePools[0].initialNodeCount'`,
    ],
    ['a name that is none', { cluster: { ...cluster, name: 'X' } }, 'Invalid value for field "cluster.name"'],
    [
      'a name that is too long',
      { cluster: { ...cluster, name: 'x'.repeat(41) } },
      'Invalid value for field "cluster.name"',
    ],
    [
      'a version that there is not',
      { cluster: { ...cluster, initialClusterVersion: '1.33' } },
      'Master version "1.33" is unsupported',
    ],
    ['no nodes', { cluster: { ...cluster, nodePools: [{ name: 'a' }] } }, 'must be greater than zero'],
    ['a label that is none', { cluster: { ...cluster, resourceLabels: { a: 'B' } } }, 'Invalid label'],
    [
      'alpha nodes that are upgraded',
      { cluster: { ...cluster, enableKubernetesAlpha: true } },
      'Auto_upgrade',
    ],
  ])('refuses %s', (_, body, message) => {
    const answer = ask(open(), 'POST', CLUSTERS, body);
    expect(answer?.status).toBe(400);
    expect(JSON.stringify(answer?.body)).toContain(JSON.stringify(message).slice(1, -1));
  });

  test('refuses paths, methods and parameters that the API does not have', () => {
    const standIn = open();
    expect(ask(standIn, 'GET', '/v1/projects/p1/zones/us-central1-b/clusters/x/y')?.status).toBe(404);
    expect(ask(standIn, 'PUT', CLUSTERS)?.status).toBe(404);
    expect(ask(standIn, 'GET', `${CLUSTERS}?pageSize=1`)?.status).toBe(400);
    expect(ask(standIn, 'GET', CLUSTERS, {})?.status).toBe(400);
  });

  test('shows a cluster late, refuses its name at once, and deletes it only when it is made', () => {
    const standIn = open();
    expect(ask(standIn, 'POST', CLUSTERS, { cluster })?.body).toMatchObject({
      status: 'PENDING',
      operationType: 'CREATE_CLUSTER',
    });
    expect(ask(standIn, 'GET', `${CLUSTERS}/x`)?.status).toBe(404);
    expect(ask(standIn, 'POST', CLUSTERS, { cluster })?.status).toBe(409);
    now += 3_000;
    expect(ask(standIn, 'GET', `${CLUSTERS}/x`)?.body).toMatchObject({ status: 'PROVISIONING' });
    expect(ask(standIn, 'DELETE', `${CLUSTERS}/x`)?.body).toMatchObject({
      error: { status: 'FAILED_PRECONDITION' },
    });
    now += 300_000;
    expect(ask(standIn, 'GET', `${CLUSTERS}/x`)?.body).toMatchObject({
      status: 'RUNNING',
      endpoint: '203.0.113.7',
    });
    expect(ask(standIn, 'DELETE', `${CLUSTERS}/x`)?.status).toBe(200);
    expect(ask(standIn, 'GET', `${CLUSTERS}/x`)?.body).toMatchObject({ status: 'STOPPING' });
    now += 200_000;
    expect(ask(standIn, 'GET', `${CLUSTERS}/x`)?.status).toBe(404);
  });
});
