import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { numbered, physical, virtual, type World } from '../contract/ledger/world.ts';
import { PATIENCE_MS } from '../support/until.ts';
import { startChromium } from './chromium.ts';
import { breakOne } from './scene.ts';
import { openStage, type Stage } from './stage.ts';

let browser: Browser;
const stages: Stage[] = [];

/** What every page of a test did that none should do. */
export const misdeeds: string[] = [];

/** One browser for the tests of a file. What a test opens ends with it, and no page of it may do what none should. */
export function inBrowser(): void {
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const contexts = browser.contexts();
    await Promise.all(contexts.map((context) => context.close()));
    await Promise.all(stages.splice(0).map((stage) => stage.close()));
    expect(misdeeds.splice(0)).toEqual([]);
  });
}

export async function open(
  prepare: (world: World) => Promise<void>,
  ...change: Parameters<typeof openStage>
): Promise<Stage> {
  const stage = await openStage(...change);
  stages.push(stage);
  await prepare(stage.world);
  return stage;
}

/** A page that nobody watches. */
export async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** A page that reports whatever asks elsewhere, breaks a policy or throws. */
export async function show(stage: Stage, place = '', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${stage.url}/console`)) misdeeds.push(`asked for ${request.url()}`);
  });
  page.on('pageerror', ({ message }) => misdeeds.push(message));
  page.on('dialog', (dialog) => {
    misdeeds.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) misdeeds.push(message.text());
  });
  await page.goto(`${stage.url}/console${place}`);
  await page.locator('#status.is-live').waitFor();
  return page;
}

/** Three clusters, of which two are free and one is in quarantine, and four projects. */
export const small = async (world: World): Promise<void> => {
  await world.configure(
    virtual('cluster', ['cluster-1', 'cluster-2', 'cluster-3'], { needs: { project: 1 } }),
    physical('project', numbered('project', 4)),
  );
  await world.bring('cluster-1', 'done');
  await world.bring('cluster-2', 'done');
  await breakOne(world, 'cluster-3', 'quota exceeded');
};
