import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { UserData } from '../../../ledger/records.ts';

/**
 * Writes user data, which may hold credentials, as JSON into a file that nobody else can read (mode 0600, in a folder of
 * 0700), and deletes it after the work, or with the process.
 */
export async function withDataFile<Result>(
  userData: UserData,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-run-'));
  const onExit = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', onExit);
  try {
    const path = join(folder, 'data.json');
    await writeFile(path, `${JSON.stringify(userData, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', onExit);
  }
}
