import { describe, expect, test } from '@jest/globals';

import { createGcpWorld, type GcpWorld } from '../../support/gcp/gcpWorld.ts';
import { HOME, numberOf, REGIONS } from '../../support/gcp/cloud.ts';

const ANYWHERE = 'project:\n- clusters: [{machinetype: n1-standard-4, numnodes: 2}]\n';
const THERE = 'project:\n- clusters: [{machinetype: n1-standard-4, numnodes: 2, zone: us-central1-b}]\n';
const VM = `project:
- vms:
  - machinetype: n1-standard-1
    sourceimage: projects/debian-cloud/global/images/family/debian-12
`;
const ZONES = Object.values(REGIONS).flat();

const open = (content: string, mason?: Readonly<Record<string, unknown>>): GcpWorld =>
  createGcpWorld({ content, projects: 1, ...(mason && { mason }) });

/** What `mason status NAME` shows of the last error, once there is one. */
async function lastError({ world }: GcpWorld, withinMinutes = 60): Promise<string> {
  for (let minute = 0; minute < withinMinutes; minute += 1) {
    await world.minutes(1);
    const { work } = await world.only('cluster');
    if (work.lastError !== null) return work.lastError.message;
  }
  throw new Error(`no error within ${withinMinutes} min`);
}

const attempts = async ({ world }: GcpWorld): Promise<number> => (await world.only('cluster')).work.attempts;
const minutesPassed = ({ world }: GcpWorld): number => world.clock.monotonic() / 60_000;

describe('Too little quota', () => {
  test('in one region leads to another one', async () => {
    const gcp = open(ANYWHERE);
    gcp.standIn.knobs.limits.set('project-1 europe-west1 CPUS', 7);
    await gcp.world.restore();
    expect(gcp.standIn.existing()).toEqual([expect.stringMatching(/^cluster project-1 us-central1-[abf] /)]);
  });

  test('that only the order meets leads to another region, without an attempt counted', async () => {
    const gcp = open(ANYWHERE);
    gcp.standIn.meddle = ({ method, path }) => {
      const [, region] = /locations\/([a-z0-9-]+)-[a-z]\/clusters$/.exec(path) ?? [];
      const { limits } = gcp.standIn.knobs;
      if (method === 'POST' && region !== undefined && limits.size === 0)
        limits.set(`project-1 ${region} CPUS`, 7);
      return undefined;
    };
    await gcp.world.restore();
    const limited = [...gcp.standIn.knobs.limits.keys()].map((key) => key.split(' ')[1] ?? '');
    expect(limited).toHaveLength(1);
    expect(gcp.standIn.existing()).toHaveLength(1);
    expect(gcp.standIn.existing()[0]).not.toContain(limited[0]);
    expect((await gcp.world.only('cluster')).work.lastError).toBeNull();
  });

  test('everywhere is told', async () => {
    const gcp = open(ANYWHERE);
    for (const region of Object.keys(REGIONS)) gcp.standIn.knobs.limits.set(`project-1 ${region} CPUS`, 7);
    expect(await lastError(gcp)).toMatch(
      /^no zone is left for \S+ in project-1: the quota does not hold 2 × n1-standard-4 \(8 CPUs\) in us-central1, europe-west1\. Ask for more quota, or take smaller or other machines$/,
    );
  });

  test('in the zone that the content names is told', async () => {
    const gcp = open(THERE);
    gcp.standIn.knobs.limits.set('project-1 us-central1 CPUS', 7);
    expect(await lastError(gcp)).toMatch(
      /^could not create the cluster \S+ in project-1, us-central1-b: Google answers 403: Insufficient regional quota .* short '1\.0'.*\. Ask for more quota there, name another zone in the content, or leave the zone out/,
    );
  });

  test('for a VM in the zone that the content names is told', async () => {
    const gcp = open(`${VM}    zone: europe-west1-b\n`);
    gcp.standIn.knobs.limits.set('project-1 europe-west1 CPUS', 0);
    expect(await lastError(gcp)).toMatch(
      /^could not create the VM \S+ in project-1, europe-west1-b: Google answers 403: Quota 'CPUS' exceeded\. Limit: 0\.0 in region europe-west1\. Ask/,
    );
  });
});

describe('A zone without machines', () => {
  test.each([
    ['cluster', ANYWHERE],
    ['VM', VM],
  ])('leads a %s to another zone, and nothing of it stays', async (_, content) => {
    const gcp = open(content);
    const [spared = '', ...others] = ZONES;
    for (const zone of others) gcp.standIn.knobs.stockouts.add(zone);
    await gcp.world.restore();
    expect(gcp.standIn.existing()).toEqual([expect.stringContaining(` project-1 ${spared} `)]);
    expect(gcp.standIn.cloud.things()).toHaveLength(1);
    expect((await gcp.world.only('cluster')).work.lastError).toBeNull();
  });

  test('is told if the content names it, and tried again', async () => {
    const gcp = open(THERE);
    gcp.standIn.knobs.stockouts.add('us-central1-b');
    expect(await lastError(gcp)).toMatch(
      /^could not create the cluster \S+ in project-1, us-central1-b: .*does not have enough resources available.*name another zone in the content/,
    );
    gcp.standIn.knobs.stockouts.clear();
    await gcp.world.restore();
    expect(gcp.standIn.cloud.things()).toHaveLength(1);
  });

  test('is told of all zones once none is left', async () => {
    const gcp = open(VM);
    for (const zone of ZONES) gcp.standIn.knobs.stockouts.add(zone);
    const message = await lastError(gcp);
    for (const zone of ZONES) expect(message).toContain(`${zone}: could not create the VM`);
  });
});

describe('What may not be done', () => {
  test.each([
    ['container.clusters.create', THERE, 'roles/container.admin'],
    ['container.clusters.list', THERE, 'roles/container.admin'],
    ['compute.regions.list', ANYWHERE, 'roles/compute.instanceAdmin.v1'],
    ['compute.instances.create', VM, 'roles/compute.instanceAdmin.v1'],
  ])('without the permission %s is told at once, with it and its role', async (permission, content, role) => {
    const gcp = open(content);
    gcp.standIn.knobs.denied.add(`${permission} project-1`);
    const message = await lastError(gcp);
    expect(message).toContain(
      `The permission ${permission} is missing: grant the service account of this Mason ${role} in the project project-1`,
    );
    expect(minutesPassed(gcp)).toBeLessThan(4);
  });

  test.each(['project-1', HOME])('without the API in %s is told with where to enable it', async (lacking) => {
    const gcp = open(THERE);
    gcp.standIn.knobs.disabled.add(`container.googleapis.com ${lacking}`);
    const number = numberOf(lacking);
    expect(await lastError(gcp)).toContain(
      `. Enable container.googleapis.com in the project with the number ${number}, which is project-1 or that of this Mason: https://console.cloud.google.com/apis/library/container.googleapis.com?project=${number}`,
    );
  });

  test('is done once the permission is there', async () => {
    const gcp = open(THERE);
    gcp.standIn.knobs.denied.add('container.clusters.create');
    await lastError(gcp);
    gcp.standIn.knobs.denied.clear();
    await gcp.world.restore();
    expect(gcp.standIn.existing()).toHaveLength(1);
  });
});

describe('Google too busy', () => {
  test.each(['rate', 'unavailable', 'lost', 'lostAfter'] as const)(
    'for a while (%s) costs no attempt',
    async (fault) => {
      const gcp = open(ANYWHERE);
      gcp.standIn.meddle = () => (gcp.standIn.calls.length % 3 === 0 ? undefined : fault);
      for (let minute = 0; minute < 4; minute += 1) await gcp.world.minutes(1);
      gcp.standIn.meddle = () => undefined;
      expect(await attempts(gcp)).toBe(0);
      await gcp.world.restore();
      expect(gcp.standIn.existing()).toHaveLength(1);
      expect((await gcp.world.only('cluster')).work.lastError).toBeNull();
    },
  );

  test.each([
    ['rate', /429: Quota exceeded for quota metric/],
    ['unavailable', /503: The service is currently unavailable/],
    ['lost', /no answer from https:\/\/container\.googleapis\.com \(socket hang up\)/],
  ] as const)('for ever (%s) is told, after pauses that grow', async (fault, told) => {
    const gcp = open(THERE);
    gcp.standIn.meddle = () => fault;
    const message = await lastError(gcp);
    expect(message).toMatch(told);
    expect(message).toContain('it was tried 10 times. See https://status.cloud.google.com');
    expect(gcp.standIn.calls).toHaveLength(10);
  });
});

describe('An operation', () => {
  test('that ends in an error is told, and the next attempt begins anew', async () => {
    const gcp = open(THERE);
    gcp.standIn.knobs.failing = () => ({ code: '13', message: 'The master is on fire.' });
    expect(await lastError(gcp)).toMatch(
      /^could not create the cluster \S+ in project-1, us-central1-b: The master is on fire$/,
    );
    gcp.standIn.knobs.failing = () => null;
    await gcp.world.restore();
    expect(gcp.standIn.cloud.things()).toHaveLength(1);
  });

  test('of a VM that ends in an error is told', async () => {
    const gcp = open(VM);
    gcp.standIn.knobs.failing = () => ({ code: 'INTERNAL_ERROR', message: 'Internal error.' });
    expect(await lastError(gcp)).toMatch(/^could not create the VM \S+ in project-1, \S+: Internal error$/);
  });

  test.each([
    ['cluster', THERE, /\(PROVISIONING\)/],
    ['VM', VM, /\(PROVISIONING\)/],
  ])('of a %s that never ends is told after 20 min', async (kind, content, status) => {
    const gcp = open(content);
    gcp.standIn.knobs.endless = () => true;
    const message = await lastError(gcp);
    expect(message).toMatch(
      new RegExp(`^the ${kind} \\S+ in project-1, \\S+ has not been ready for 2[0-2] min`),
    );
    expect(message).toMatch(status);
    expect(message).toContain('if it is stuck, delete it, and it is made anew');
  });

  test('that deletes and never ends is told after 20 min', async () => {
    const gcp = open(THERE);
    await gcp.world.restore();
    gcp.standIn.knobs.undying = () => true;
    const { name } = await gcp.world.acquire('cluster');
    await gcp.world.release(name, 'dirty');
    expect(await lastError(gcp)).toMatch(
      /^the cluster \S+ in project-1, us-central1-b \(STOPPING\) can not be deleted after 2[0-2] min\. Look in the Google Cloud console/,
    );
  });
});

describe('A cluster that was ready and is upgraded', () => {
  const BOTH = `${THERE}  vms: [{machinetype: n1-standard-1, sourceimage: projects/p/global/images/i}]\n`;

  /** Its VM has failed, and it is tried again two hours later, while the cluster is upgraded. */
  const triedAgain = async (): Promise<GcpWorld> => {
    const gcp = open(BOTH, { 'max-attempts': 1 });
    gcp.standIn.knobs.failing = (name) => (name.endsWith('v1') ? { code: '13', message: 'No.' } : null);
    await gcp.world.minutes(120);
    expect(await attempts(gcp)).toBe(1);
    gcp.standIn.knobs.failing = () => null;
    gcp.standIn.knobs.reconciling = () => true;
    await gcp.world.ledger.claims.retry((await gcp.world.only('cluster')).name, 0);
    return gcp;
  };

  test('is waited for, however old it is', async () => {
    const gcp = await triedAgain();
    await gcp.world.minutes(15);
    expect((await gcp.world.only('cluster')).work).toMatchObject({ phase: 'clean', attempts: 0 });
    const { name } = await gcp.world.only('cluster');
    gcp.standIn.knobs.reconciling = () => false;
    await gcp.world.restore();
    expect((await gcp.world.only('cluster')).name).toBe(name);
    expect(gcp.standIn.calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('for ever is told after 20 min', async () => {
    const gcp = await triedAgain();
    await gcp.world.minutes(19);
    expect(await attempts(gcp)).toBe(0);
    await gcp.world.minutes(4);
    expect((await gcp.world.only('cluster')).work.lastError?.message).toMatch(
      /^the cluster \S+ in project-1, us-central1-b has not been ready for 2[0-2] min \(RECONCILING\)\. Look at it/,
    );
  });

  test('has 20 min from when it was ready last', async () => {
    const gcp = open(BOTH);
    gcp.standIn.knobs.vmMs = 12 * 60_000;
    await gcp.world.minutes(8);
    gcp.standIn.knobs.reconciling = () => true;
    await gcp.world.minutes(16);
    expect((await gcp.world.only('cluster')).work).toMatchObject({ phase: 'clean', lastError: null });
    gcp.standIn.knobs.reconciling = () => false;
    await gcp.world.restore();
  });
});

describe('What is unsure', () => {
  test('is not taken for gone: a zone that does not answer holds up destroy', async () => {
    const gcp = open(THERE);
    await gcp.world.restore();
    gcp.standIn.knobs.silent.add('us-central1-b');
    const { name } = await gcp.world.acquire('cluster');
    await gcp.world.release(name, 'dirty');
    await gcp.world.minutes(10);
    expect((await gcp.world.only('cluster')).work.phase).toBe('recycle');
    gcp.standIn.knobs.silent.clear();
    await gcp.world.restore();
    expect(gcp.standIn.cloud.things()).toHaveLength(1);
  });

  test('is looked at again in 20 s, however often there are ticks', async () => {
    const { world, standIn } = open(THERE);
    await world.restore();
    const { name } = await world.acquire('cluster');
    standIn.knobs.silent.add('us-central1-b');
    await world.release(name, 'dirty');
    const before = standIn.calls.length;
    for (let second = 0; second < 120; second += 1) {
      await world.tick();
      await world.advance(1_000);
    }
    // At once, after half a minute, and then every 20 s.
    const lists = standIn.calls.length - before;
    expect(lists).toBeGreaterThan(3);
    expect(lists).toBeLessThanOrEqual(7);
  });

  test('is not ours: a thing of our name without our label is left alone, and told', async () => {
    const gcp = open(THERE);
    gcp.world.hold('clean');
    await gcp.world.tick();
    const { name } = await gcp.world.only('cluster');
    gcp.standIn.meddle = ({ method, path, body }) => {
      if (method !== 'POST' || gcp.standIn.cloud.things().length > 0) return undefined;
      const cluster = {
        ...(body as { cluster: { name: string } }).cluster,
        resourceLabels: { of: 'a user' },
      };
      const place = { project: 'project-1', zone: 'us-central1-b', name: cluster.name };
      expect(path).toContain(place.zone);
      const thing = {
        ...place,
        kind: 'cluster',
        labels: cluster.resourceLabels,
        machine: 'e2-medium',
        machines: 1,
      } as const;
      gcp.standIn.cloud.order({ ...thing, body: cluster }, 'CREATE_CLUSTER');
      return undefined;
    };
    await gcp.world.letGo();
    expect(name).not.toBe('');
    expect(await lastError(gcp)).toMatch(
      /^a cluster named \S+ that is not Mason's stands in project-1, us-central1-b: delete it$/,
    );
    expect(gcp.standIn.existing()).toHaveLength(1);
  });
});

describe('A version', () => {
  test('that GKE does not offer is told with those that it does', async () => {
    const gcp = open('project:\n- clusters: [{version: 1.17, zone: us-central1-b}]\n');
    expect(await lastError(gcp)).toBe(
      'GKE does not offer version 1.17 in us-central1-b; there is 1.34, 1.33, 1.32, 1.30. Change it in the content of the config',
    );
  });
});
