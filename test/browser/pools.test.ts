import { describe, expect, test } from '@jest/globals';
import axe from 'axe-core';

import { acquireOf } from '../contract/ledger/usersSteps.ts';
import { physical, type World } from '../contract/ledger/world.ts';
import { inBrowser, open, show, small } from './pages.ts';
import { playDay } from './scene.ts';

inBrowser();

const allReady = async (world: World): Promise<void> => {
  await world.configure(physical('port', ['port-1', 'port-2']), physical('disk', ['disk-1']));
};

describe('the head', () => {
  test('counts the pools that are short of ready members, whatever has a row', async () => {
    const page = await show(await open(small));
    await page.getByText('1 of 2 pools short of ready members · 1 in quarantine').waitFor();
    expect(await page.locator('#verdict.is-well').count()).toBe(0);
  });

  test('finds no fault with a pool that somebody has paused', async () => {
    const stage = await open(allReady);
    const page = await show(stage);
    await page.locator('#verdict.is-well').getByText('Every pool has its ready members.').waitFor();
    await stage.world.ledger.configs.pause('port', { by: 'bob', reason: '' });
    await acquireOf(stage.world, 'port', { name: 'port-1' });
    await stage.world.ledger.users.release({ name: 'port-1', dest: 'dirty', owner: 'alice' });
    await page
      .locator('#verdict.is-well')
      .getByText('Every pool that is not paused has its ready members.')
      .waitFor();
  });
});

describe('the plot', () => {
  test('says whose it is, and changes with the pool that is chosen', async () => {
    const page = await show(await open(playDay), '?type=gke-cluster');
    await page.getByRole('heading', { name: 'gke-cluster, last 24 hours' }).waitFor();
    await page.getByText('Choose a pool to see its own').waitFor();
    // What is 0 now has a colour in the plot, and so a name.
    const dirty = page.locator('.legend li', { hasText: 'dirty' });
    expect(await dirty.innerText()).toBe('dirty');
    expect(await page.locator('.legend li', { hasText: 'in use' }).innerText()).toBe('3 in use');
    expect(await page.locator('.legend li', { hasText: 'parked' }).count()).toBe(0);
    await page.locator('#pools').getByRole('link', { name: 'project', exact: true }).click();
    await page.getByRole('heading', { name: 'project, last 24 hours' }).waitFor();
  });
});

describe('the table', () => {
  test('tells a row in a line: what it is made of, when it changed, and the cause alone', async () => {
    const page = await show(await open(playDay), '?type=gke-cluster');
    const free = page.locator('#rows tr', { has: page.getByText('free', { exact: true }) }).first();
    await free.waitFor();
    expect(await free.locator('td a').count()).toBe(2);
    const oneLine = (await page.locator('.resources thead tr').boundingBox())?.height ?? 0;
    expect((await free.boundingBox())?.height).toBeLessThan(oneLine * 1.6);
    const shown = async (): Promise<string> => free.locator('td').nth(4).innerText();
    expect(await shown()).toMatch(/^project-\d+, [\da-f]{8}$/);
    await page.setViewportSize({ width: 1600, height: 800 });
    expect(await shown()).toMatch(/^project-\d+, [\da-f]{8}-[\da-f-]{27}$/);
    expect((await free.boundingBox())?.height).toBeLessThan(oneLine * 1.6);
    const broken = page.locator('#rows tr', { has: page.getByText('quarantined') }).first();
    expect(await broken.locator('.error').innerText()).toMatch(/^googleapis?: Error 403/);
  });
});

describe('orders about a type', () => {
  test('it is paused with a reason, and resumed, and it is said by whom', async () => {
    const stage = await open(small);
    const page = await show(stage, '?type=cluster');
    await page.evaluate(axe.source);
    await page.getByLabel('because').fill('no quota');
    await page.getByRole('button', { name: 'Pause cluster' }).click();
    await page.getByText('cluster is paused.').waitFor();
    await page.getByText(/^Paused by alice@corp\.example .*: no quota$/).waitFor();
    await page.locator('.pool', { hasText: 'cluster' }).getByText('paused', { exact: true }).waitFor();
    expect(await stage.world.ledger.configs.type('cluster')).toMatchObject({
      pause: { by: 'alice@corp.example', reason: 'no quota' },
    });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Resume cluster' }).click();
    await page.getByText('cluster goes on within a minute.').waitFor();
    await page.getByRole('button', { name: 'Pause cluster' }).waitFor();
    expect(await stage.world.ledger.configs.type('cluster')).toMatchObject({ pause: null });
    expect(stage.logged).toEqual([
      'ordered-by: alice@corp.example ordered pause of cluster at the console',
      'ordered-by: alice@corp.example ordered resume of cluster at the console',
    ]);
  });

  test('what is typed stays while members come and go, and is of one type', async () => {
    const stage = await open(small);
    const page = await show(stage, '?type=cluster');
    await page.getByLabel('because').fill('no quo');
    await acquireOf(stage.world, 'cluster', { name: 'cluster-1' });
    await page.locator('.pool .chips').first().getByText('1 in use').waitFor();
    expect(await page.getByLabel('because').inputValue()).toBe('no quo');
    expect(await page.evaluate('document.activeElement.id')).toBe('pause-reason');
    await page.locator('#pools').getByRole('link', { name: 'project', exact: true }).click();
    await page.getByRole('button', { name: 'Pause project' }).waitFor();
    expect(await page.getByLabel('because').inputValue()).toBe('');
  });

  test('what its config pauses is resumed there', async () => {
    const page = await show(await open(playDay), '?type=old-vm');
    await page.getByText('Paused by its config.').waitFor();
    expect(await page.getByRole('button', { name: /old-vm/ }).count()).toBe(0);
  });

  test('where orders are off it is said who has paused it, and no more', async () => {
    const stage = await open(small, { actions: false });
    const page = await show(stage, '?type=cluster');
    await page.locator('.pool').first().waitFor();
    expect(await page.locator('#pause').innerText()).toBe('');
    await stage.world.ledger.configs.pause('cluster', { by: 'bob', reason: 'no quota' });
    await page.getByText(/^Paused by bob .*: no quota$/).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});

const violations = async (page: Awaited<ReturnType<typeof show>>): Promise<unknown> =>
  page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
