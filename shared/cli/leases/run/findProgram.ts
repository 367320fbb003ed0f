import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

import { MasonError } from '../../../errors.ts';
import type { Io } from '../../io.ts';

/**
 * Looks for the program before anything is leased for it.
 * @throws MasonError PROGRAM_MISSING
 */
export async function findProgram(
  name: string,
  { environment, directory }: Pick<Io, 'environment' | 'directory'>,
): Promise<void> {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  const places = name.includes('/')
    ? [resolve(directory, name)]
    : folders.map((folder) => join(folder === '' ? directory : folder, name));
  for (const place of places) if (await isProgram(place)) return;
  const cure = /\s/.test(name) ? `. For a line of the shell: -- sh -c ${JSON.stringify(name)}` : '';
  throw new MasonError(
    'PROGRAM_MISSING',
    `there is no program ${JSON.stringify(name)}, so nothing was acquired for it${cure}`,
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
