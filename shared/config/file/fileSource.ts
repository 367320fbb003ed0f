import { readFile } from 'node:fs/promises';

import { systemMessage } from '../../runtime/systemMessage.ts';
import { decode } from '../decode.ts';
import type { ConfigText } from '../source.ts';
import { unreadable } from '../unreadable.ts';

/**
 * The config in a file, read anew each time: a local read costs less than to know whether it is needed, and neither time
 * nor size tells for certain.
 */
export function fileSource(file: string): { read(): Promise<ConfigText> } {
  return {
    async read() {
      const bytes = await readFile(file).catch((error: unknown) => {
        throw unreadable(file, systemMessage(error), error);
      });
      return { file, text: decode(file, bytes) };
    },
  };
}
