// Makes the pictures that the README shows: of the real program in a terminal, and of its console in a browser.

import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { shootConsole } from './console/shootConsole.ts';
import { essenceOfPng, essenceOfSvg, keep } from './keep.ts';
import { shootSample } from './terminal/shootSample.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const IMAGES = join(root, '.github', 'images');
/** Bytes: a README is to be there at once. */
const LARGEST = 200_000;

await mkdir(IMAGES, { recursive: true });
const { start, status } = await shootSample();
await put('start.svg', start, essenceOfSvg);
await put('status.svg', status, essenceOfSvg);
const { light, dark } = await shootConsole();
await put('console-light.png', light, essenceOfPng);
await put('console-dark.png', dark, essenceOfPng);

async function put(
  name: string,
  picture: string | Buffer,
  essenceOf: (picture: Buffer) => string,
): Promise<void> {
  const size = Buffer.byteLength(picture);
  if (size > LARGEST) throw new Error(`${name} has ${size} bytes, more than ${LARGEST}`);
  const path = join(IMAGES, name);
  const isNew = await keep(path, picture, essenceOf);
  const what = isNew ? `${Math.ceil(size / 1_000)} kB` : 'says the same as before, and stays';
  process.stdout.write(`${relative(root, path)}: ${what}\n`);
}
