import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { functionsBundles } from '../../.config/build.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The folder that is deployed, made of the sources as they are, in a place of its own. */
export async function makeBundle(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  // Below the project's own modules, so that the framework, which stays outside of the bundle, is found.
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'mason-cloud-'));
  await writeFile(join(folder, 'package.json'), '{"type": "commonjs"}');
  const bundles = await Promise.all(functionsBundles(folder).map((options) => build(options)));
  for (const { outputFiles = [] } of bundles)
    for (const { path, contents } of outputFiles) await writeFile(path, contents);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
