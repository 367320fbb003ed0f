import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes an empty folder that nobody else has. */
export function scratchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'mason-emulator-'));
}
