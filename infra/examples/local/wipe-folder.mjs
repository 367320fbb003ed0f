// Cleans a folder that was used, or makes a new one: either way it is empty afterwards.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { main, readOrder } from './service.mjs';

await main(async () => {
  const { home, resource } = readOrder();
  const folder = join(home, resource);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
});
