import { describe, expect, test } from '@jest/globals';

import { createJanitorWorld, giveBack, PROJECT, type JanitorWorld } from '../../support/gcp/janitorWorld.ts';
import { litter } from '../../support/gcp/litter.ts';
import { left, deleted, lastError, PEERED, url } from './gcpProjectSteps.ts';

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

  test('is waited for although a zone does not answer for a while, and later once more', async () => {
    const janitor = await createJanitorWorld({ settings });
    const { world, standIn } = janitor;
    standIn.things.put(PROJECT, 'global/images/young', {}, { createdAt: world.clock.now() });
    await giveBack(janitor);
    for (let times = 1; times <= 2; times += 1) {
      await world.minutes(35);
      standIn.knobs.silent.add('us-central1-b');
      await world.minutes(15);
      expect((await world.worked(PROJECT)).work).toMatchObject({ phase: 'janitor', lastError: null });
      standIn.knobs.silent.clear();
    }
    await world.restore(30);
    expect(left(janitor)).toEqual([]);
  });

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
