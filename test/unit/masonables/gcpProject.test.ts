import { describe, expect, test } from '@jest/globals';

import { HOME, numberOf } from '../../support/gcp/cloud.ts';
import { COMPUTE_TYPES } from '../../support/gcp/computeTypes.ts';
import { createJanitorWorld, giveBack, PROJECT, type JanitorWorld } from '../../support/gcp/janitorWorld.ts';
import { FURNITURE, litter } from '../../support/gcp/litter.ts';
import type { StandIn } from '../../support/gcp/standIn.ts';
import { MINUTE_MS, left, deleted, lastError, url } from './gcpProjectSteps.ts';

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

  test('because a zone does not answer is looked for again in 10 s, however often there are ticks', async () => {
    const janitor = await createJanitorWorld();
    const { world, standIn, runs } = janitor;
    standIn.knobs.silent.add('us-central1-b');
    await giveBack(janitor);
    for (let second = 0; second < 120; second += 1) {
      await world.tick();
      await world.advance(1_000);
    }
    // At once, after half a minute, and then every 10 s.
    expect(runs.length).toBeGreaterThan(5);
    expect(runs.length).toBeLessThanOrEqual(11);
  });

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
