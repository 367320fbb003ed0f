import { readFile } from 'node:fs/promises';

import { MasonError } from '../../errors.ts';
import type { ConfigSource } from '../source.ts';

/** The config in a file, read anew each time. */
export function fileSource(file: string): ConfigSource {
  return {
    async read() {
      try {
        return { file, text: await readFile(file, 'utf8') };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new MasonError('CONFIG_UNREADABLE', `the config can not be read: ${reason}`, { cause: error });
      }
    },
  };
}
