import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StatementSync } from 'node:sqlite';

import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

import { acquireOf, releaseOf } from '../contract/ledger/usersSteps.ts';
import { numbered, physical, virtual } from '../contract/ledger/world.ts';
import { inBrowser, misdeeds, newPage, open, show, small } from './pages.ts';
import { breakOne, playDay } from './scene.ts';

/** Never committed. */
const SHOTS = fileURLToPath(new URL('../../test-results/console', import.meta.url));

inBrowser();
beforeAll(() => mkdir(SHOTS, { recursive: true }));

/** What is told of the members of a pool. */
const poolOf = (page: Page, type: string) =>
  page.locator('.pool', { has: page.locator('.pool-name a', { hasText: type }) }).locator('.chips');
const rowOf = (page: Page, name: string) =>
  page.locator('#rows tr', { has: page.locator('th', { hasText: new RegExp(`^${name}$`) }) });
const linkOf = (page: Page, name: string) => rowOf(page, name).locator('th a');
/** Soon: a dialog is gone a moment before the place that it stood for. */
const queryIs = (page: Page, query: string): Promise<void> => page.waitForURL((url) => url.search === query);

describe('the console in a browser', () => {
  test('shows what changes without being loaded again', async () => {
    const stage = await open(small);
    const page = await show(stage);
    await poolOf(page, 'cluster').getByText('2 free').waitFor();
    await page.evaluate('window.isTheSame = true');
    await acquireOf(stage.world, 'cluster', { name: 'cluster-1' });
    await poolOf(page, 'cluster').getByText('1 in use').waitFor();
    await rowOf(page, 'cluster-1').getByText('busy').waitFor();
    await releaseOf(stage.world, 'cluster-1', 'dirty');
    await poolOf(page, 'cluster').getByText('1 dirty').waitFor();
    expect(await page.evaluate('window.isTheSame')).toBe(true);
  });

  test('keeps focus and place while what is shown changes', async () => {
    const stage = await open(small);
    const page = await show(stage, '', { viewport: { width: 1280, height: 300 } });
    await linkOf(page, 'cluster-1').focus();
    const before = await page.evaluate('[scrollY, document.activeElement.textContent]');
    expect(before).toEqual([expect.any(Number), 'cluster-1']);
    await acquireOf(stage.world, 'cluster', { name: 'cluster-1' });
    await rowOf(page, 'cluster-1').getByText('busy').waitFor();
    expect(await page.evaluate('[scrollY, document.activeElement.textContent]')).toEqual(before);
  });

  test('finds by its filters, has them in its URL, and goes back', async () => {
    const page = await show(await open(small));
    await page.getByLabel('Type').selectOption('project');
    await rowOf(page, 'cluster-1').waitFor({ state: 'detached' });
    await queryIs(page, '?type=project');
    await page.getByLabel('State').selectOption('leased');
    await rowOf(page, 'project-4').waitFor({ state: 'detached' });
    await queryIs(page, '?type=project&state=leased');
    expect(await page.locator('#rows tr').count()).toBe(1);
    await page.goBack();
    await rowOf(page, 'project-4').waitFor();
    expect(await page.getByLabel('State').inputValue()).toBe('');
    await page.getByLabel('Name begins with').fill('project-2');
    await rowOf(page, 'project-1').waitFor({ state: 'detached' });
    await rowOf(page, 'project-2').waitFor();
    await page.getByRole('link', { name: 'Clear' }).click();
    await rowOf(page, 'cluster-1').waitFor();
    await queryIs(page, '');
  });

  test('is where a link says, and a resource leads to what it is made of and back', async () => {
    const page = await show(await open(small), '?type=cluster&phase=clean&name=cluster-1');
    expect(await page.locator('#rows tr').count()).toBe(1);
    await rowOf(page, 'cluster-3').waitFor();
    const drawer = page.getByRole('dialog', { name: 'cluster-1' });
    await drawer.getByText('clean done').waitFor();
    expect(await drawer.locator('.timeline li').count()).toBeGreaterThanOrEqual(4);
    await drawer.locator('.plain a').click();
    const part = page.getByRole('dialog', { name: /^project-/ });
    await part.getByText('Kept for').waitFor();
    await part.getByText('Mason has not worked on it').waitFor();
    await part.getByRole('link', { name: 'cluster-1' }).click();
    await drawer.getByText('Made of').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await queryIs(page, '?type=cluster&phase=clean');
  });

  test('retries what is in quarantine, and the record says by whose order', async () => {
    const stage = await open(small);
    const page = await show(stage);
    await page.locator('#quarantine').getByText('quota exceeded').waitFor();
    await page.getByRole('button', { name: 'Retry cluster-3' }).click();
    await page.getByText('cluster-3 is out of quarantine.').waitFor();
    await page.getByText('Nothing is in quarantine.').waitFor();
    const { state, work } = await stage.world.work('cluster-3');
    expect([state, work.quarantine, work.attempts]).toEqual(['cleaning', null, 0]);
    expect(work.history.at(-1)?.what).toBe('out of quarantine, by alice@corp.example');
    await linkOf(page, 'cluster-3').click();
    await page.getByRole('dialog').getByText('out of quarantine, by alice@corp.example').waitFor();
    expect(stage.logged).toContain(
      'ordered-by: alice@corp.example ordered retry of cluster-3 at the console',
    );
  });

  test('holds a free one, releases it, and says what is refused', async () => {
    const stage = await open(small);
    const page = await show(stage, '?name=cluster-1');
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('because').fill('its disk is odd');
    await drawer.getByLabel('for').selectOption('8');
    await drawer.getByRole('button', { name: 'Hold' }).click();
    await drawer.getByText('held by alice@corp.example: its disk is odd').waitFor();
    expect((await stage.world.record('cluster-1')).hold).toMatchObject({ reason: 'its disk is odd' });
    await drawer.getByRole('button', { name: 'Release as free' }).click();
    await drawer.getByText('no longer held, by alice@corp.example').waitFor();
    // Somebody was faster than the page could show.
    await page.route('**/api/resource?*', (route) => route.abort());
    await acquireOf(stage.world, 'cluster', { name: 'cluster-1' });
    await drawer.getByRole('button', { name: 'Hold' }).click();
    await page.getByText('cluster-1 can not be held: it is neither free nor in quarantine').waitFor();
  });

  test('offers no orders and no user data where they are off', async () => {
    const page = await show(await open(small, { actions: false, userData: false }), '?name=cluster-1');
    await page.getByRole('dialog').getByText('they may hold credentials').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('orders are off here').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('says that the server is away, keeps what it knew, and goes on by itself', async () => {
    const stage = await open(small);
    const page = await show(stage);
    await rowOf(page, 'cluster-1').waitFor();
    stage.cutOff(true);
    await page.getByRole('alert').getByText('Mason does not answer').waitFor();
    await page.getByText(/Shown is what was/).waitFor();
    expect(await page.locator('#rows tr').count()).toBe(7);
    stage.cutOff(false);
    await page.locator('#status.is-live').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  test('shows what was given up, or says where that is', async () => {
    const letter = { topic: 'clean', data: 'cluster-1', deliveries: 10, error: 'the ledger was away' };
    const seen = await show(await open(small, {}, () => [letter]));
    await seen.locator('#dead').getByText('the ledger was away').waitFor();
    const unseen = await show(await open(small, {}, null));
    await unseen.getByText('Pub/Sub keeps them').waitFor();
  });
});

describe('what others write', () => {
  const EVIL = '<script>window.isHacked = 1; alert(1)</script><img src=x onerror="window.isHacked = 1">';

  test('is text, wherever it is shown, and user data is not even sent before it is asked for', async () => {
    const stage = await open(async (world) => {
      await world.configure(virtual(EVIL, [`vm${EVIL}`, 'free-vm']), physical('project', ['project-1']));
      await world.bring('free-vm', 'done');
      const { state } = await world.record('free-vm');
      await world.ledger.users.acquireByState({ state, dest: EVIL, owner: EVIL, names: ['free-vm'] });
      await world.ledger.users.update({
        name: 'free-vm',
        state: EVIL,
        owner: EVIL,
        userData: { [EVIL]: `secret ${EVIL}` },
      });
      await breakOne(world, `vm${EVIL}`, EVIL);
      await world.ledger.samples.write(() => world.ledger.views.counts([EVIL]));
    });
    const sent: string[] = [];
    const page = await newPage();
    page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => sent.push(text),
          () => undefined,
        ),
    );
    page.on('dialog', (dialog) => misdeeds.push(dialog.message()));
    await page.goto(`${stage.url}/console?type=${encodeURIComponent(EVIL)}&name=free-vm`);
    const drawer = page.getByRole('dialog');
    await drawer.getByText(EVIL).first().waitFor();
    await page.locator('#quarantine').getByText(EVIL).first().waitFor();
    expect(sent.filter((text) => text.includes('secret'))).toEqual([]);
    await drawer.getByRole('button', { name: /^Show \d/ }).click();
    await drawer.getByText(`secret ${EVIL}`).waitFor();
    expect(stage.logged).toContain('user-data-shown: alice@corp.example looked at the user data of free-vm');
    expect(await page.evaluate('window.isHacked')).toBeUndefined();
    expect(
      await page.evaluate(
        'document.querySelectorAll("main script, dialog script, main img, dialog img").length',
      ),
    ).toBe(0);
  });
});

describe('as people see it', () => {
  test.each(['light', 'dark'] as const)('axe finds nothing in %s, wide and narrow', async (colorScheme) => {
    const stage = await open(playDay, { refreshMs: 2_000 });
    const page = await show(stage, '', { colorScheme });
    await page.evaluate(axe.source);
    for (const width of [1280, 390]) {
      const shot = (what: string) =>
        page.screenshot({ path: join(SHOTS, `${colorScheme}-${width}${what}.png`) });
      await page.setViewportSize({ width, height: 900 });
      await page.locator('.canvas canvas').waitFor();
      // All that the head counts is there, under its kind.
      const told = /of (\d+) pools/.exec(await page.locator('header').innerText())?.[1];
      expect(await page.locator('.pool').count()).toBe(Number(told));
      expect(await page.locator('#pools h3').allInnerTexts()).toEqual(['VIRTUAL', 'PHYSICAL']);
      await shot('');
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.locator('#quarantine .name').first().click();
      await page.locator('.timeline').waitFor();
      await shot('-resource');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Close' }).click();
    }
  });
});

async function violations(page: Page): Promise<unknown> {
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 160))]))',
  );
}

describe('with many resources', () => {
  test('what is sent first and asked of the ledger is the same with 10,000 as with 100', async () => {
    const few = await firstPaint(100);
    const many = await firstPaint(10_000);
    expect(many.statements).toBe(few.statements);
    expect(few.statements).toBeGreaterThan(5);
    expect(many.bytes).toBeLessThanOrEqual(200_000);
    expect(many.bytes - few.bytes).toBeLessThan(5_000);
  });
});

/** What is sent until all is shown, and how many statements SQLite runs for it. */
async function firstPaint(members: number): Promise<{ readonly bytes: number; readonly statements: number }> {
  const half = members / 2;
  const stage = await open(
    async (world) => {
      await world.configure(
        virtual('cluster', numbered('cluster', half), { needs: { project: 1 } }),
        physical('project', numbered('project', half)),
      );
      for (const name of numbered('cluster', 40)) await breakOne(world, name, 'x'.repeat(5_000));
      await world.ledger.samples.write(() => world.ledger.views.counts(['cluster', 'project']));
    },
    { refreshMs: 60_000 },
  );
  let bytes = 0;
  const page = await newPage();
  page.on('response', (response) => {
    if (response.url().includes('/api/')) bytes += Number(response.headers()['content-length'] ?? 0);
  });
  const statements = await countStatements(async () => {
    await page.goto(`${stage.url}/console`);
    await page.locator('.canvas canvas').waitFor();
    await page.locator('#rows tr').nth(49).waitFor();
    await page.getByText(`${half} of ${half}`).first().waitFor();
  });
  await page.close();
  return { bytes, statements };
}

async function countStatements(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const spies = (['all', 'get', 'run'] as const).map((name) => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the statement that it belongs to
    const original = StatementSync.prototype[name];
    return jest.spyOn(StatementSync.prototype, name).mockImplementation(function (
      this: StatementSync,
      ...values
    ) {
      count += 1;
      return Reflect.apply(original, this, values) as never;
    });
  });
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return count;
}
