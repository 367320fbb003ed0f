import { afterEach, describe, expect, test } from '@jest/globals';
import { request as gaxios } from 'gaxios';

import type { Json } from '../../../shared/ledger/records.ts';
import { gcpProjectCleaner } from '../../../shared/masonables/gcp-project/gcpProject.ts';
import type { GoogleRequest } from '../../../shared/masonables/google/request.ts';
import { FURNITURE, furnish, litter } from '../../support/gcp/litter.ts';
import { createStandIn, type StandIn } from '../../support/gcp/standIn.ts';
import { serveStandIn, type StandInServer } from '../../support/gcp/standInServer.ts';

let now = Date.UTC(2026, 0, 1);
let server: StandInServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const BASE = '/compute/v1/projects/p1';
const open = (): StandIn => createStandIn(() => now, ['p1']);
const ask = (standIn: StandIn, method: string, path: string, body?: unknown) =>
  standIn.handle('compute', { method, path: `${BASE}/${path}`, body });
const url = (path: string): string => `https://www.googleapis.com/compute/v1/projects/p1/${path}`;

test('Over the network, with the package that is used in the cloud, a littered project is clean', async () => {
  const standIn = open();
  // So that it takes few calls.
  Object.assign(standIn.knobs, { clusterMs: 0, deleteMs: 8_000, pageSize: 500 });
  furnish(standIn, 'p1');
  litter(standIn, 'p1');
  server = await serveStandIn(standIn);
  const request: GoogleRequest = (options) =>
    gaxios<string>({ ...options, headers: { authorization: 'Bearer a-token' } });
  const parts = { request, endpoints: server.endpoints, now: () => now, random: () => 0.5 };
  const cleaner = gcpProjectCleaner(parts).convert(gcpProjectCleaner(parts).content.parse({}));
  let checkpoint: Json = null;
  for (let token = 1; token < 100; token += 1) {
    const { signal } = new AbortController();
    const context = { cycle: 1, token, checkpoint, signal, remainingMs: () => 530_000 };
    const outcome = await cleaner.clean({ type: 'project', name: 'p1', userData: {} }, context);
    if (outcome.done) break;
    checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint)) as Json;
    now += outcome.againInMs;
  }
  expect(standIn.standing('p1')).toEqual(FURNITURE);
});

describe('The stand-in', () => {
  test('takes nothing that Google’s types do not have', () => {
    const { things } = open();
    expect(() => {
      things.put('p1', 'global/firewalls/f', { netwrok: 'n' });
    }).toThrow(`Unknown name "netwrok"`);
    expect(() => {
      things.put('p1', 'global/firewalls/f', { priority: 'high' });
    }).toThrow(`Invalid value at 'priority'`);
    expect(() => {
      things.put('p1', 'global/gadgets/g');
    }).toThrow('no gadgets');
  });

  test('refuses lists and deletions that the API does not have', () => {
    const standIn = open();
    standIn.things.put('p1', 'global/firewalls/f');
    expect(ask(standIn, 'GET', 'aggregated/firewalls')?.status).toBe(404);
    expect(ask(standIn, 'GET', 'global/disks')?.status).toBe(404);
    expect(ask(standIn, 'DELETE', 'zones/us-central1-b/firewalls/f')?.status).toBe(404);
    expect(ask(standIn, 'DELETE', 'global/firewalls/f?force=true')?.status).toBe(400);
    expect(ask(standIn, 'POST', 'global/networks/n/removePeering', { peering: 'p' })?.status).toBe(400);
  });

  test.each([
    [
      'a subnet',
      'regions/r1/subnetworks/s',
      'zones/z/instances/i',
      { networkInterfaces: [{ subnetwork: url('regions/r1/subnetworks/s') }] },
    ],
    ['a disk', 'zones/z/disks/d', 'zones/z/instances/i', { disks: [{ source: url('zones/z/disks/d') }] }],
    [
      'a template',
      'global/instanceTemplates/t',
      'zones/z/instanceGroupManagers/m',
      { instanceTemplate: url('global/instanceTemplates/t') },
    ],
    [
      'a group',
      'zones/z/instanceGroups/g',
      'global/backendServices/b',
      { backends: [{ group: url('zones/z/instanceGroups/g') }] },
    ],
    [
      'a backend service',
      'global/backendServices/b',
      'global/urlMaps/u',
      { defaultService: url('global/backendServices/b') },
    ],
    ['a URL map', 'global/urlMaps/u', 'global/targetHttpProxies/p', { urlMap: url('global/urlMaps/u') }],
    [
      'a proxy',
      'global/targetHttpProxies/p',
      'global/forwardingRules/f',
      { target: url('global/targetHttpProxies/p') },
    ],
    [
      'a health check',
      'global/healthChecks/h',
      'global/backendServices/b',
      { healthChecks: [url('global/healthChecks/h')] },
    ],
    ['a router', 'regions/r1/routers/r', 'regions/r1/vpnTunnels/t', { router: url('regions/r1/routers/r') }],
  ])('refuses to delete %s that is in use', (_, path, holder, body) => {
    const standIn = open();
    standIn.things.put('p1', path);
    standIn.things.put('p1', holder, body);
    const answer = ask(standIn, 'DELETE', path);
    expect(answer?.status).toBe(400);
    expect(JSON.stringify(answer?.body)).toContain('resourceInUseByAnotherResource');
    expect(JSON.stringify(answer?.body)).toContain(`is already being used by 'projects/p1/${holder}'`);
  });

  test('refuses to delete an address whose IP is in use', () => {
    const standIn = open();
    standIn.things.put('p1', 'global/addresses/a', { address: '203.0.113.3' });
    standIn.things.put('p1', 'global/forwardingRules/f', { IPAddress: '203.0.113.3' });
    expect(ask(standIn, 'DELETE', 'global/addresses/a')?.status).toBe(400);
    expect(JSON.stringify(ask(standIn, 'GET', 'aggregated/addresses')?.body)).toContain(
      `"users":["${url('global/forwardingRules/f')}"]`,
    );
  });

  test('tells of a network in use only at the end of the operation', () => {
    const standIn = open();
    standIn.things.put('p1', 'global/networks/n');
    standIn.things.put('p1', 'global/firewalls/f', { network: url('global/networks/n') });
    const begun = ask(standIn, 'DELETE', 'global/networks/n');
    expect(begun?.body).toMatchObject({ status: 'PENDING', operationType: 'delete' });
    const { name } = begun?.body as { name: string };
    now += 3_000;
    expect(ask(standIn, 'GET', `global/operations/${name}`)?.body).toMatchObject({ status: 'RUNNING' });
    expect(ask(standIn, 'DELETE', 'global/networks/n')?.body).toMatchObject({
      error: { errors: [{ reason: 'resourceNotReady' }] },
    });
    now += standIn.knobs.deleteMs;
    expect(ask(standIn, 'GET', `global/operations/${name}`)?.body).toMatchObject({
      status: 'DONE',
      error: { errors: [{ code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE' }] },
    });
    expect(standIn.standing('p1')).toEqual(['global/firewalls/f', 'global/networks/n']);
  });

  test('refuses what can not be deleted singly, and what is protected', () => {
    const standIn = open();
    furnish(standIn, 'p1');
    standIn.things.put('p1', 'zones/z/instanceGroupManagers/m');
    standIn.things.put('p1', 'zones/z/instanceGroups/m');
    standIn.things.put('p1', 'zones/z/instances/i', { deletionProtection: true });
    for (const path of [
      'regions/us-central1/subnetworks/default',
      'global/routes/default-route-us-central1',
      'zones/z/instanceGroups/m',
      'zones/z/instances/i',
    ])
      expect([path, ask(standIn, 'DELETE', path)?.status]).toEqual([path, 400]);
  });

  test('makes a machine of a group anew, and lets it go with the group', () => {
    const standIn = open();
    const { deleteMs } = standIn.knobs;
    standIn.things.put('p1', 'zones/z/instanceGroupManagers/m');
    standIn.things.put('p1', 'zones/z/instances/m-1', {}, { owner: 'zones/z/instanceGroupManagers/m' });
    expect(ask(standIn, 'DELETE', 'zones/z/instances/m-1')?.status).toBe(200);
    now += deleteMs;
    expect(standIn.standing('p1')).toHaveLength(2);
    expect(ask(standIn, 'DELETE', 'zones/z/instanceGroupManagers/m')?.status).toBe(200);
    now += deleteMs;
    expect(standIn.standing('p1')).toEqual([]);
  });

  test('shows what is gone a while longer, but it is not there', () => {
    const standIn = open();
    const listed = (): unknown => (ask(standIn, 'GET', 'global/images')?.body as { items: unknown[] }).items;
    standIn.things.put('p1', 'global/images/i');
    ask(standIn, 'DELETE', 'global/images/i');
    now += standIn.knobs.deleteMs;
    expect(listed()).toHaveLength(1);
    expect(ask(standIn, 'DELETE', 'global/images/i')?.status).toBe(404);
    now += standIn.knobs.fadesAfterMs;
    expect(listed()).toEqual([]);
  });
});
