import type { Browser, Page } from 'playwright-core';

import { systemClock } from '../../../shared/runtime/clock.ts';
import { startChromium } from '../../browser/chromium.ts';
import { playDay } from '../../browser/scene.ts';
import { openStage, type Stage } from '../../browser/stage.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { indexedPng } from './indexedPng.ts';
import { pixelsOf } from './pixelsOf.ts';

export interface ConsoleShots {
  readonly light: Buffer;
  readonly dark: Buffer;
}

const NOW = Date.UTC(2026, 2, 12, 16, 20);
const SEED = 2;
const WIDTH = 1280;
/** So many resources are in the picture: enough to show what a row tells. */
const ROWS = 5;

/** The console after a day with much to see, as PNG. Time and chance are always the same, and so is the picture. */
export async function shootConsole(): Promise<ConsoleShots> {
  const now = (): number => NOW;
  const surroundings = { clock: { ...systemClock, now }, random: createWorldRandom(SEED) };
  const stage = await openStage({ title: 'e2e', refreshMs: 60_000 }, () => [], surroundings);
  try {
    await playDay(stage.world, now);
    const browser = await startChromium();
    try {
      return { light: await shoot(browser, stage, 'light'), dark: await shoot(browser, stage, 'dark') };
    } finally {
      await browser.close();
    }
  } finally {
    await stage.close();
  }
}

async function shoot(browser: Browser, { url }: Stage, colorScheme: 'light' | 'dark'): Promise<Buffer> {
  const page = await browser.newPage({
    ...{ viewport: { width: WIDTH, height: 900 }, deviceScaleFactor: 2, colorScheme },
    ...{ locale: 'en-GB', timezoneId: 'UTC' },
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(`${url}/console?type=gke-cluster`);
  await page.locator('.canvas canvas').waitFor();
  const height = await bottomOf(page, ROWS);
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height } });
  await page.close();
  return indexedPng(await pixelsOf(browser, png));
}

/** Where the row ends, in pixels from the top. */
async function bottomOf(page: Page, row: number): Promise<number> {
  const box = await page
    .locator('#rows tr')
    .nth(row - 1)
    .boundingBox();
  if (box === null) throw new Error('the row can not be seen');
  return Math.floor(box.y + box.height);
}
