import { describe, expect, test } from '@jest/globals';

import { HOME, numberOf } from '../../support/gcp/cloud.ts';
import { COMPUTE_TYPES } from '../../support/gcp/computeTypes.ts';
import { createJanitorWorld, giveBack, PROJECT, type JanitorWorld } from '../../support/gcp/janitorWorld.ts';
import { FURNITURE, litter } from '../../support/gcp/litter.ts';
import type { StandIn } from '../../support/gcp/standIn.ts';

const MINUTE_MS = 60_000;

/** Nothing that the project's user has made is there any more. */
const left = ({ standIn }: JanitorWorld): string[] =>
  standIn.standing(PROJECT).filter((path) => !FURNITURE.includes(path));

const deleted = ({ standIn }: JanitorWorld): string[] =>
  standIn.calls
    .filter(({ method }) => method !== 'GET')
    .map(({ path }) => path.replace(/^.*\/projects\/[^/]+\//, ''));

/** What `mason status NAME` shows of the last error, once there is one. */
async function lastError({ world }: JanitorWorld, withinMinutes = 60): Promise<string> {
  for (let minute = 0; minute < withinMinutes; minute += 1) {
    await world.minutes(1);
    const { lastError: error } = (await world.worked(PROJECT)).work;
    if (error !== null) return error.message;
  }
  throw new Error(`no error within ${withinMinutes} min`);
}

const PEERED = { peerings: [{ name: 'p', network: 'projects/p2/global/networks/theirs' }] };
const url = (path: string): string => `https://www.googleapis.com/compute/v1/projects/${PROJECT}/${path}`;

describe('A project with something of every kind, hung up on each other', () => {
  async function cleaned(change: (janitor: JanitorWorld) => void): Promise<JanitorWorld> {
    const janitor = await createJanitorWorld();
    const { world, standIn } = janitor;
    litter(standIn, PROJECT);
    const standing = standIn.standing(PROJECT).join('\n');
    for (const { collection } of COMPUTE_TYPES) expect(standing).toContain(`/${collection}/`);
    change(janitor);
    await giveBack(janitor);
    await world.restore(60);
    expect(standIn.standing(PROJECT)).toEqual(FURNITURE);
    expect((await world.worked(PROJECT)).work.lastError).toBeNull();
    return janitor;
  }

  test('is clean after resumed runs of a minute at most, and free then', async () => {
    const janitor = await cleaned((one) => {
      one.latencyMs = 2_000;
    });
    expect(await janitor.world.states('project')).toEqual({ free: 1 });
    expect(janitor.runs.length).toBeGreaterThan(3);
    expect(Math.max(...janitor.runs)).toBeLessThanOrEqual(MINUTE_MS);
  });

  test('is clean when it shows and forgets what has changed late', async () => {
    await cleaned(({ standIn: { knobs } }) => {
      knobs.showsAfterMs = 20_000;
      knobs.fadesAfterMs = 45_000;
    });
  });

  test('is clean when only operations tell that things are in use', async () => {
    await cleaned(({ standIn: { knobs } }) => {
      knobs.refusesLate = true;
    });
  });

  test('is clean in spite of faults of Google’s and lost answers in one call of eight', async () => {
    await cleaned(({ standIn, world }) => {
      const faults = ['unavailable', 'lost', 'lostAfter'] as const;
      standIn.meddle = () => faults[Math.floor(24 * world.random.number())];
    });
  });

  test('is clean where Google has no more calls for a while: it is not asked again in the same run', async () => {
    let refused = 0;
    const janitor = await cleaned(({ standIn, world }) => {
      const end = world.clock.now() + 4 * MINUTE_MS;
      standIn.meddle = () => {
        if (world.clock.now() > end) return undefined;
        refused += 1;
        return 'rate';
      };
    });
    expect(refused).toBeGreaterThan(0);
    // Six calls are under way when the first is refused.
    expect(refused).toBeLessThanOrEqual(6 * janitor.runs.length);
  });

  test('is never told to delete what is made anew, or what Google alone may delete', async () => {
    const janitor = await cleaned(() => undefined);
    const owned =
      /default-route-|subnetworks\/(default|peer)$|instances\/(zonal|regional|gke-)|instanceGroups\/(zonal|regional|gke-)/;
    expect(deleted(janitor).filter((path) => owned.test(path))).toEqual([]);
    expect(janitor.standIn.calls.filter(({ status }) => status === 400)).toEqual([]);
  });

  test('is done again from the start by an attempt that knows nothing', async () => {
    let deaths = 0;
    await cleaned(({ world }) => {
      world.meddle = ({ name }) => {
        // More than ten in a row are taken for a cleaner that kills its process.
        if (name !== 'claims.settle' || deaths === 8) return undefined;
        deaths += 1;
        return 'die';
      };
    });
    expect(deaths).toBe(8);
  });
});

test('A project with more than a run can delete is clean after as many runs as it takes', async () => {
  const janitor = await createJanitorWorld();
  for (let index = 0; index < 150; index += 1)
    janitor.standIn.things.put(PROJECT, `global/firewalls/f-${index}`, {
      network: url('global/networks/default'),
    });
  janitor.standIn.knobs.pageSize = 500;
  janitor.latencyMs = 2_500;
  await giveBack(janitor);
  await janitor.world.restore(60);
  expect(left(janitor)).toEqual([]);
  expect(Math.max(...janitor.runs)).toBeLessThanOrEqual(MINUTE_MS);
  expect(deleted(janitor)).toHaveLength(150);
});

describe('What Google makes with a project', () => {
  test('stays, and nothing is free before a second look', async () => {
    const janitor = await createJanitorWorld();
    await giveBack(janitor);
    await janitor.world.tick();
    expect(await janitor.world.states('project')).toEqual({ cleaning: 1 });
    await janitor.world.restore(3);
    expect(janitor.standIn.standing(PROJECT)).toEqual(FURNITURE);
    expect(deleted(janitor)).toEqual([]);
  });

  test('goes as well, network and all, without keep-default-network', async () => {
    const janitor = await createJanitorWorld({ settings: { 'keep-default-network': false } });
    await giveBack(janitor);
    await janitor.world.restore(20);
    expect(janitor.standIn.standing(PROJECT)).toEqual([]);
  });
});

describe('What the settings protect for good', () => {
  async function cleaned(settings: Readonly<Record<string, unknown>>, put: (janitor: JanitorWorld) => void) {
    const janitor = await createJanitorWorld({ settings });
    put(janitor);
    await giveBack(janitor);
    await janitor.world.restore(40);
    expect(await janitor.world.states('project')).toEqual({ free: 1 });
    return left(janitor);
  }

  test('stays by its label, with what it needs, and all else goes', async () => {
    const labelled = { labels: { keep: 'yes', team: 'infra' } };
    const stays = await cleaned({ 'keep-labels': ['keep', 'team=web'] }, ({ standIn: { things } }) => {
      things.put(PROJECT, 'global/networks/shared', { autoCreateSubnetworks: false });
      things.put(PROJECT, 'global/networks/other', { autoCreateSubnetworks: false });
      things.put(PROJECT, 'zones/us-central1-b/disks/boot');
      things.put(PROJECT, 'zones/us-central1-b/instances/bastion', {
        ...labelled,
        disks: [{ source: url('zones/us-central1-b/disks/boot'), boot: true }],
        networkInterfaces: [{ network: url('global/networks/shared') }],
      });
      things.put(PROJECT, 'global/images/mine', { labels: { team: 'infra' } });
      things.put(PROJECT, 'global/images/web', { labels: { team: 'web' } });
    });
    expect(stays).toEqual([
      'global/images/web',
      'global/networks/shared',
      'zones/us-central1-b/disks/boot',
      'zones/us-central1-b/instances/bastion',
    ]);
  });

  test('stays with its owner, and with what would take it along', async () => {
    const stays = await cleaned({ 'keep-labels': ['keep=true'] }, ({ standIn: { things } }) => {
      const manager = 'zones/us-central1-b/instanceGroupManagers/g';
      things.put(PROJECT, 'global/instanceTemplates/t');
      things.put(PROJECT, manager, { instanceTemplate: url('global/instanceTemplates/t') });
      things.put(PROJECT, 'zones/us-central1-b/instanceGroups/g', {}, { owner: manager });
      for (const name of ['a', 'b'])
        things.put(
          PROJECT,
          `zones/us-central1-b/instances/g-${name}`,
          {
            labels: { keep: String(name === 'a') },
            metadata: { items: [{ key: 'created-by', value: `projects/12/${manager}` }] },
          },
          { owner: manager },
        );
      things.put(PROJECT, 'zones/us-central1-b/disks/kept', { labels: { keep: 'true' } });
      things.put(PROJECT, 'zones/us-central1-b/instances/holder', {
        disks: [{ source: url('zones/us-central1-b/disks/kept'), autoDelete: true }],
      });
    });
    expect(stays).toEqual([
      'global/instanceTemplates/t',
      'zones/us-central1-b/disks/kept',
      'zones/us-central1-b/instanceGroupManagers/g',
      'zones/us-central1-b/instanceGroups/g',
      'zones/us-central1-b/instances/g-a',
      'zones/us-central1-b/instances/g-b',
      'zones/us-central1-b/instances/holder',
    ]);
  });

  test('stays: a cluster with its nodes and networks, while another one goes', async () => {
    const stays = await cleaned({ 'keep-names': ['clusters/zonal'] }, ({ standIn }) => {
      litter(standIn, PROJECT);
    });
    expect(stays).toEqual(
      [
        'global/firewalls/gke-zonal-all',
        'global/instanceTemplates/gke-zonal-default-pool',
        'global/networks/e2e',
        'locations/us-central1-b/clusters/zonal',
        'regions/us-central1/subnetworks/e2e',
        'global/routes/default-route-99',
        'zones/us-central1-b/disks/gke-zonal-x1',
        'zones/us-central1-b/disks/pvc-zonal',
        'zones/us-central1-b/instanceGroupManagers/gke-zonal-default-pool-grp',
        'zones/us-central1-b/instanceGroups/gke-zonal-default-pool-grp',
        'zones/us-central1-b/instances/gke-zonal-x1',
      ].sort(),
    );
  });

  test('stays by its name, its kind, or its time', async () => {
    const settings = {
      'keep-names': ['shared-*', 'images/base', 'firewalls/allow-*-iap'],
      'keep-kinds': ['snapshots'],
      'keep-created-before': '2025-12-01',
    };
    const stays = await cleaned(settings, ({ standIn: { things } }) => {
      for (const path of [
        'global/images/base',
        'global/images/base-2',
        'global/networks/base',
        'global/networks/shared-1',
        'global/firewalls/allow-ssh-iap',
        'global/firewalls/allow-ssh',
        'global/snapshots/any',
      ])
        things.put(PROJECT, path);
      const createdAt = Date.UTC(2025, 10, 30);
      things.put(PROJECT, 'regions/us-central1/addresses/old', { address: '203.0.113.9' }, { createdAt });
    });
    expect(stays).toEqual([
      'global/firewalls/allow-ssh-iap',
      'global/images/base',
      'global/networks/shared-1',
      'global/snapshots/any',
      'regions/us-central1/addresses/old',
    ]);
  });

  test('stays by its time with its network peerings', async () => {
    const janitor = await createJanitorWorld({ settings: { 'keep-created-before': '2025-12-01' } });
    const createdAt = Date.UTC(2025, 10, 30);
    janitor.standIn.things.put(PROJECT, 'global/networks/old', PEERED, { createdAt });
    await giveBack(janitor);
    await janitor.world.restore(30);
    expect(deleted(janitor)).toEqual([]);
  });
});

describe('What is younger than keep-younger-than', () => {
  const settings = { 'keep-younger-than': '2h' };

  test('is not deleted before it is old enough, with what it needs, and the project is not free before', async () => {
    const janitor = await createJanitorWorld({ settings });
    const { world, standIn } = janitor;
    standIn.things.put(PROJECT, 'global/networks/old');
    standIn.things.put(PROJECT, 'global/images/old');
    const network = { network: url('global/networks/old') };
    standIn.things.put(PROJECT, 'global/firewalls/new', network, { createdAt: world.clock.now() });
    await giveBack(janitor);
    await world.minutes(110);
    expect(left(janitor)).toEqual(['global/firewalls/new', 'global/networks/old']);
    expect(await world.states('project')).toEqual({ cleaning: 1 });
    await world.restore(30);
    expect(left(janitor)).toEqual([]);
  });

  test('keeps its network peerings until then, too', async () => {
    const janitor = await createJanitorWorld({ settings });
    const { world, standIn } = janitor;
    standIn.things.put(PROJECT, 'global/networks/n', PEERED, { createdAt: world.clock.now() });
    await giveBack(janitor);
    await world.minutes(110);
    expect(deleted(janitor)).toEqual([]);
    await world.restore(30);
    expect(deleted(janitor)).toEqual(['global/networks/n/removePeering', 'global/networks/n']);
  });

  test('fails the attempt, telling so, where more appears again and again', async () => {
    const janitor = await createJanitorWorld({ settings, mason: { 'max-attempts': 1 } });
    const { world, standIn } = janitor;
    await giveBack(janitor);
    for (let minute = 0; minute < 330; minute += 1) {
      if (minute % 60 === 0)
        standIn.things.put(PROJECT, `global/images/i-${minute}`, {}, { createdAt: world.clock.now() });
      await world.minutes(1);
    }
    const { state, work } = await world.worked(PROJECT);
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toMatch(
      /project-1 is not clean: after 30\d min there still are things, such as the image i-\d+ \(global\)\. Find out who makes them anew/,
    );
  });
});

describe('dry-run', () => {
  test('deletes nothing, says what it would delete, and ends in quarantine, never free', async () => {
    const janitor = await createJanitorWorld({ settings: { 'dry-run': true }, mason: { 'max-attempts': 2 } });
    janitor.standIn.things.put(PROJECT, 'global/images/a');
    janitor.standIn.things.put(PROJECT, 'zones/us-central1-b/disks/a');
    const before = janitor.standIn.standing(PROJECT);
    await giveBack(janitor);
    await janitor.world.minutes(30);
    expect(janitor.standIn.standing(PROJECT)).toEqual(before);
    expect(janitor.standIn.calls.every(({ method }) => method === 'GET')).toBe(true);
    const { state, work } = await janitor.world.worked(PROJECT);
    expect(state).toBe('quarantined');
    expect(work.quarantine?.reason).toContain(
      'dry-run: in project-1 2 would be deleted: disks (a in us-central1-b), images (a); 10 would stay. Nothing was deleted, and the project gets free only when dry-run is gone from its config',
    );
  });

  test('of a clean project does not free it either', async () => {
    const janitor = await createJanitorWorld({ settings: { 'dry-run': true } });
    await giveBack(janitor);
    expect(await lastError(janitor)).toContain('dry-run: in project-1 nothing would be deleted');
    expect(await janitor.world.states('project')).toEqual({ cleaning: 1 });
  });
});

describe('A deletion that is stuck', () => {
  const quarantine = async (janitor: JanitorWorld, minutes: number): Promise<string> => {
    await giveBack(janitor);
    await janitor.world.minutes(minutes);
    const { state, work } = await janitor.world.worked(PROJECT);
    expect(state).toBe('quarantined');
    return work.quarantine?.reason ?? '';
  };
  const mason = { 'max-attempts': 2 };

  test('by deletion protection ends in quarantine, with the thing and the cure', async () => {
    const janitor = await createJanitorWorld({ mason });
    janitor.standIn.things.put(PROJECT, 'zones/us-central1-b/instances/safe', { deletionProtection: true });
    expect(await quarantine(janitor, 30)).toBe(
      "janitor failed 2 times, the last time so: project-1 is not clean: for 5 min nothing more of it could be deleted. could not delete the instance safe (us-central1-b) in project-1: Google answers 400: Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.' (gcloud compute instances update safe --zone us-central1-b --no-deletion-protection). Delete it by hand (the console shows what holds it), or protect it by keep-names or keep-labels",
    );
  });

  test('by what no list shows ends in quarantine, with who holds it', async () => {
    const janitor = await createJanitorWorld({ mason });
    janitor.standIn.things.put(PROJECT, 'global/networks/held');
    janitor.standIn.knobs.heldBy = (path) => (path.endsWith('held') ? 'global/connectors/hidden' : null);
    expect(await quarantine(janitor, 60)).toMatch(
      /for 20 min nothing more of it could be deleted\. could not delete the network held \(global\) in project-1: The network resource 'projects\/project-1\/global\/networks\/held' is already being used by 'projects\/project-1\/global\/connectors\/hidden'\. Delete it by hand/,
    );
  });

  test('in an operation that always ends in an error is told', async () => {
    const janitor = await createJanitorWorld({ mason });
    janitor.standIn.things.put(PROJECT, 'global/images/a');
    janitor.standIn.knobs.clinging = () => ({ code: 'INTERNAL_ERROR', message: 'Internal error.' });
    expect(await quarantine(janitor, 60)).toMatch(
      /could not delete the image a \(global\) in project-1: Internal error/,
    );
  });

  test('in an operation that never ends is told', async () => {
    const janitor = await createJanitorWorld({ mason });
    janitor.standIn.things.put(PROJECT, 'global/images/a');
    janitor.standIn.knobs.undying = () => true;
    await giveBack(janitor);
    expect(await lastError(janitor)).toMatch(/for 20 min .* the image a \(global\) is still there/);
  });

  test('keeps nothing else from going', async () => {
    const janitor = await createJanitorWorld({ mason });
    litter(janitor.standIn, PROJECT);
    janitor.standIn.things.put(PROJECT, 'zones/us-central1-b/instances/safe', { deletionProtection: true });
    await quarantine(janitor, 60);
    expect(left(janitor)).toEqual(['zones/us-central1-b/instances/safe']);
  });

  test('and then freed by a person goes on with mason retry', async () => {
    const janitor = await createJanitorWorld({ mason });
    let isHeld = true;
    janitor.standIn.things.put(PROJECT, 'global/networks/held');
    janitor.standIn.knobs.heldBy = (path) => (isHeld && path.endsWith('held') ? 'global/connectors/x' : null);
    await quarantine(janitor, 60);
    isHeld = false;
    await janitor.world.ledger.claims.retry(PROJECT, MINUTE_MS);
    await janitor.world.restore(10);
    expect(left(janitor)).toEqual([]);
  });
});

describe('What can not be listed', () => {
  test('because the API is off in the project is not there', async () => {
    const janitor = await createJanitorWorld();
    janitor.standIn.things.put(PROJECT, 'global/images/a');
    janitor.standIn.knobs.disabled.add(`container.googleapis.com ${PROJECT}`);
    await giveBack(janitor);
    await janitor.world.restore(10);
    expect(left(janitor)).toEqual([]);
  });

  test('because the API is off in Mason’s own project fails the attempt, and that one is named', async () => {
    const janitor = await createJanitorWorld();
    litter(janitor.standIn, PROJECT);
    const before = janitor.standIn.standing(PROJECT);
    janitor.standIn.knobs.disabled.add(`container.googleapis.com ${HOME}`);
    await giveBack(janitor);
    expect(await lastError(janitor)).toContain(
      `Enable container.googleapis.com in the project with the number ${numberOf(HOME)}`,
    );
    expect(janitor.standIn.standing(PROJECT)).toEqual(before);
    expect(await janitor.world.states('project')).toEqual({ cleaning: 1 });
  });

  test.each([
    [
      'the Compute API is off',
      (standIn: StandIn) => standIn.knobs.disabled.add(`compute.googleapis.com ${PROJECT}`),
    ],
    ['the project may not be got', (standIn: StandIn) => standIn.knobs.denied.add('compute.projects.get')],
  ])('by a number that can’t be matched, as %s, fails the attempt', async (_, cause) => {
    const janitor = await createJanitorWorld();
    janitor.standIn.things.put(PROJECT, 'global/images/a');
    janitor.standIn.knobs.disabled.add(`container.googleapis.com ${PROJECT}`);
    cause(janitor.standIn);
    await giveBack(janitor);
    expect(await lastError(janitor)).toContain(`in the project with the number ${numberOf(PROJECT)}`);
    expect(left(janitor)).toEqual(['global/images/a']);
  });

  test.each(['compute.disks.list', 'container.clusters.list', 'compute.images.delete'])(
    'or deleted for want of %s fails the attempt, and the permission is named',
    async (permission) => {
      const janitor = await createJanitorWorld();
      janitor.standIn.things.put(PROJECT, 'global/images/a');
      janitor.standIn.knobs.denied.add(permission);
      await giveBack(janitor);
      const role = permission.startsWith('container') ? 'roles/container.admin' : 'roles/compute.admin';
      expect(await lastError(janitor)).toContain(
        `The permission ${permission} is missing: grant the service account of this Mason ${role} in the project project-1`,
      );
      expect(left(janitor)).toEqual(['global/images/a']);
      expect(await janitor.world.states('project')).toEqual({ cleaning: 1 });
    },
  );

  test('because a zone does not answer keeps the project from being free, until it does', async () => {
    const janitor = await createJanitorWorld();
    const { world, standIn } = janitor;
    standIn.things.put(PROJECT, 'zones/us-central1-b/disks/dark');
    standIn.things.put(PROJECT, 'zones/us-central1-f/disks/seen');
    standIn.knobs.silent.add('us-central1-b');
    await giveBack(janitor);
    expect(await lastError(janitor)).toMatch(
      /^project-1 may not be clean: for 2\d min Google has not told of the \w+ in \S*us-central1-b, .*and \d+ more\. See https:\/\/status\.cloud\.google\.com$/,
    );
    expect(left(janitor)).toEqual(['zones/us-central1-b/disks/dark']);
    standIn.knobs.silent.clear();
    await world.restore(20);
    expect(left(janitor)).toEqual([]);
  });
});
