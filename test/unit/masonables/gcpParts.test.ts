import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';

import { itemsOf, type Item } from '../../../shared/masonables/gcp-resource-config/items.ts';
import { leftoversIn } from '../../../shared/masonables/gcp-resource-config/leftovers.ts';
import type { Thing } from '../../../shared/masonables/gcp-resource-config/kinds.ts';
import { labelsOf, nameOf } from '../../../shared/masonables/gcp-resource-config/names.ts';
import { userDataOf } from '../../../shared/masonables/gcp-resource-config/userData.ts';
import { versionFor, type WantedVersion } from '../../../shared/masonables/gcp-resource-config/version.ts';
import { chooseZone, cpusOf, spend } from '../../../shared/masonables/gcp-resource-config/zones.ts';
import { readGcpContent } from './gcpFixtures.ts';

describe('A name', () => {
  const resource = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/);
  const maker = fc.record({ resource, cycle: fc.nat({ max: 9_999_999 }), token: fc.nat() });

  test('and its labels are such as GKE and Compute Engine take', () => {
    fc.assert(
      fc.property(maker, fc.constantFrom('c1', 'v999'), (given, item) => {
        const name = nameOf(given, item);
        expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
        expect(name.length).toBeLessThanOrEqual(40);
        for (const [key, value] of Object.entries(labelsOf(given, item))) {
          expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
          expect(value).toMatch(/^[a-z0-9_-]{1,63}$/);
        }
      }),
    );
  });

  test('keeps resources, cycles and items apart, whatever is cut off', () => {
    const long = 'a'.repeat(60);
    const names = [
      nameOf({ resource: `${long}-1`, cycle: 1 }, 'c1'),
      nameOf({ resource: `${long}-2`, cycle: 1 }, 'c1'),
      nameOf({ resource: `${long}-1`, cycle: 2 }, 'c1'),
      nameOf({ resource: `${long}-1`, cycle: 1 }, 'v1'),
      nameOf({ resource: 'a.b', cycle: 1 }, 'c1'),
      nameOf({ resource: 'a-b', cycle: 1 }, 'c1'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('is that of the README', () => {
    const readme = readFileSync(
      new URL('../../../shared/masonables/gcp-resource-config/README.md', import.meta.url),
      'utf8',
    );
    for (const item of ['c1', 'v1'])
      expect(readme).toContain(`name: ${nameOf({ resource: 'gke-cluster-1', cycle: 7 }, item)}\n`);
  });
});

describe('A version', () => {
  const offer = {
    defaultClusterVersion: '1.33.5-gke.100',
    validMasterVersions: ['1.34.1-gke.9', '1.33.5-gke.100', '1.33.5-gke.99', '1.33.10-gke.1', '1.3.7-gke.5'],
    channels: [
      { channel: 'RAPID', defaultVersion: '1.34.1-gke.9', validVersions: ['1.34.2-gke.1', '1.34.1-gke.9'] },
      { channel: 'STABLE', defaultVersion: '1.33.5-gke.99', validVersions: ['1.33.5-gke.99'] },
    ],
  };

  test.each<[WantedVersion, string]>([
    [{}, '1.33.5-gke.100'],
    [{ version: '1.33.5-gke.99' }, '1.33.5-gke.99'],
    [{ version: '1.33' }, '1.33.10-gke.1'],
    [{ version: '1.33.5' }, '1.33.5-gke.100'],
    [{ version: '1.3' }, '1.3.7-gke.5'],
    [{ version: '1' }, '1.34.1-gke.9'],
    [{ channel: 'RAPID' }, '1.34.1-gke.9'],
    [{ channel: 'RAPID', version: '1.34' }, '1.34.2-gke.1'],
    [{ channel: 'STABLE', version: '1.33' }, '1.33.5-gke.99'],
  ])('for %j is %s', (wanted, version) => {
    expect(versionFor(wanted, offer, 'us-central1-b')).toBe(version);
  });

  test.each<[WantedVersion, string]>([
    [
      { version: '1.29' },
      'GKE does not offer version 1.29 in us-central1-b; there is 1.34, 1.33, 1.3. Change',
    ],
    [
      { channel: 'RAPID', version: '1.33' },
      'GKE does not offer version 1.33 in the channel RAPID in us-central1-b; there is 1.34. Change',
    ],
    [
      { channel: 'REGULAR' },
      'GKE does not offer the channel REGULAR in us-central1-b; there is RAPID, STABLE. Change',
    ],
  ])('for %j there is none', (wanted, message) => {
    expect(() => versionFor(wanted, offer, 'us-central1-b')).toThrow(message);
  });
});

describe('A zone', () => {
  const region = (name: string, limit: number, usage = 0, status = 'UP') => ({
    name,
    status,
    zones: [`${name}-a`, `${name}-b`],
    quotas: [
      { metric: 'CPUS', limit, usage },
      { metric: 'N2_CPUS', limit: 2, usage: 0 },
      { metric: 'INSTANCES', limit: 100, usage: 0 },
    ],
  });
  const demand = { name: 'x', project: 'p', machineType: 'n1-standard-4', machines: 2, failed: {} };

  test('is in the region with the largest share of quota left', () => {
    const regions = [region('r1', 100, 80), region('r2', 40, 10), region('r3', 100, 60)];
    expect(chooseZone(regions, demand)).toMatch(/^r2-/);
  });

  test('is none where the quota does not hold it, or that is down', () => {
    expect(chooseZone([region('r1', 7), region('r2', 8), region('r3', 100, 0, 'DOWN')], demand)).toMatch(
      /^r2-/,
    );
  });

  test('counts machines of a family with a quota of its own by that', () => {
    const regions = [region('r1', 100)];
    expect(() => chooseZone(regions, { ...demand, machineType: 'n2-standard-4' })).toThrow(
      'the quota does not hold 2 × n2-standard-4 (8 CPUs) in r1',
    );
  });

  test('is none that failed, nor in a region that failed', () => {
    const regions = [region('r1', 100), region('r2', 100)];
    expect(chooseZone(regions, { ...demand, failed: { r1: 'x', 'r2-a': 'y' } })).toBe('r2-b');
    expect(() => chooseZone(regions, { ...demand, failed: { r1: 'x', 'r2-a': 'y', 'r2-b': 'z' } })).toThrow(
      'no zone is left for x in p: r1: x; r2-a: y; r2-b: z. Ask for more quota',
    );
  });

  test('leaves less for the next', () => {
    const regions = [region('r1', 10), region('r2', 9)];
    const first = chooseZone(regions, demand);
    expect(first).toMatch(/^r1-/);
    expect(chooseZone(spend(regions, first, demand), demand)).toMatch(/^r2-/);
  });

  test('spreads names over zones', () => {
    const zones = Array.from({ length: 40 }, (_, index) =>
      chooseZone([region('r1', 100)], { ...demand, name: `x-${index}` }),
    );
    expect(new Set(zones).size).toBe(2);
  });

  test.each([
    ['n1-standard-4', 4],
    ['e2-medium', 2],
    ['n2-custom-6-2048', 6],
    ['c3-standard-22-lssd', 22],
    ['f1-micro', 2],
  ])('knows the CPUs of %s: %i', (machineType, cpus) => {
    expect(cpusOf(machineType)).toBe(cpus);
  });
});

describe('The items of a content', () => {
  const content = readGcpContent(
    'a: [{clusters: [{}, {}]}, {clusters: [{}]}]\nb: [{vms: [{machinetype: e2-medium, sourceimage: global/images/i}]}]',
  );
  const leased = (names: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(
      Object.entries(names).map(([type, list]) => [type, list.map((name) => ({ type, name, userData: {} }))]),
    );

  test('have the same projects in every run, in whatever order they were leased', () => {
    const maker = { resource: 'r', cycle: 1 };
    const there = itemsOf(content, leased({ b: ['p3'], a: ['p1', 'p2'] }), maker);
    expect(there.map(({ id, project }) => `${id} ${project}`)).toEqual(['c1 p1', 'c2 p1', 'c3 p2', 'v1 p3']);
    expect(itemsOf(content, leased({ a: ['p2', 'p1'], b: ['p3'] }), maker)).toEqual(there);
  });

  test('are as many projects as there are', () => {
    expect(() => itemsOf(content, leased({ a: ['p1'], b: ['p3'] }), { resource: 'r', cycle: 1 })).toThrow(
      'the content has 2 items for a, but 1 are leased: write one item for each needed resource',
    );
  });
});

describe('A leftover', () => {
  const maker = { resource: 'mine', cycle: 3, token: 10 };
  const item = {
    kind: 'cluster',
    id: 'c1',
    project: 'p',
    name: 'mine-c1',
    zone: 'us-central1-f',
  } as unknown as Item;
  const since = 1_000_000;
  const shop = { maker, progress: { since, busy: 0, items: {} } };
  const thing = (labels: Readonly<Record<string, string>>, change: Partial<Thing> = {}): Thing => ({
    kind: 'cluster',
    project: 'p',
    zone: 'us-central1-f',
    name: 'mine-c1',
    state: 'ready',
    status: 'RUNNING',
    createdAt: since - 100_000,
    labels,
    ...change,
  });
  const mine = (token: number) => ({ 'mason-resource': 'mine', 'mason-token': String(token) });
  const others = { 'mason-resource': 'another', 'mason-token': '1' };

  test.each<[string, Thing, boolean]>([
    ['is what an earlier run ordered in another zone', thing(mine(9), { zone: 'us-central1-a' }), true],
    ['is what an earlier run ordered by another name', thing(mine(1), { name: 'mine-old' }), true],
    ['is not the item itself', thing(mine(9)), false],
    ['is not what a later run ordered', thing(mine(11), { zone: 'us-central1-a' }), false],
    ['is what was another resource’s when the attempt began', thing(others), true],
    ['is not what another resource got since', thing(others, { createdAt: since + 1 }), false],
    ['is not what bears no label of Mason', thing({}, { zone: 'us-central1-a' }), false],
  ])('%s', (_, one, isLeftover) => {
    expect(leftoversIn([one], [item], { shop, since })).toEqual(isLeftover ? [one] : []);
  });

  test('of another resource is not sure before the beginning of the attempt was saved', () => {
    expect(leftoversIn([thing(others)], [item], { shop, since: null })).toEqual([]);
  });
});

describe('The user data', () => {
  const item = (kind: Item['kind'], project: string, kubeconfig: boolean) =>
    ({ kind, project, spec: { kubeconfig } }) as unknown as Item;
  const thing = (project: string, name: string): Thing => ({
    kind: 'cluster',
    project,
    zone: 'us-central1-f',
    name,
    state: 'ready',
    status: 'RUNNING',
    createdAt: 0,
    labels: {},
    endpoint: { address: '203.0.113.7', certificate: 'Y2E=' },
  });
  const made = [
    { item: item('cluster', 'p2', false), thing: thing('p2', 'x-c1') },
    { item: item('cluster', 'p2', true), thing: thing('p2', 'x-c2') },
    { item: item('vm', 'p2', false), thing: thing('p2', 'x-v1') },
  ];

  test("are in the form of the original's Go", () => {
    expect(userDataOf(['p2', 'p1'], made)['GCPResourceConfig']).toBe(`p1:
  clusters: []
p2:
  clusters:
  - name: x-c1
    zone: us-central1-f
  - name: x-c2
    zone: us-central1-f
  vms:
  - name: x-v1
    zone: us-central1-f
`);
  });

  test('have a kubeconfig of the clusters that ask for it, and no secret in it', () => {
    const { kubeconfig = '' } = userDataOf(['p2'], made);
    expect(parse(kubeconfig)).toMatchObject({
      clusters: [{ name: 'gke_p2_us-central1-f_x-c2', cluster: { server: 'https://203.0.113.7' } }],
      'current-context': 'gke_p2_us-central1-f_x-c2',
      users: [{ user: { exec: { command: 'gke-gcloud-auth-plugin' } } }],
    });
    expect(kubeconfig).not.toMatch(/token|client-key|password/);
    expect(userDataOf(['p2'], made.slice(0, 1))).not.toHaveProperty('kubeconfig');
  });
});
