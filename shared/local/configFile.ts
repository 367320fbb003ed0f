import { readFile } from 'node:fs/promises';

import { formatFault } from '../config/fault.ts';
import { readConfig, type KnownContents } from '../config/readConfig.ts';
import { MasonError } from '../errors.ts';
import { systemMessage } from './systemMessage.ts';
import type { ConfigSource } from '../config/source.ts';
import type { Log } from '../runtime/log.ts';
import type { ConfigState } from './api.ts';

export interface ConfigFile extends ConfigSource {
  /** What is wrong with the file as it was when sync last read it. */
  state(): ConfigState;
}

/**
 * The config file, read anew by each sync. Whether it holds is sync's business; this keeps in mind what people are to see.
 * @param file as people wrote it: every fault names it so
 */
export function openConfigFile(file: string, { known, log }: { known: KnownContents; log: Log }): ConfigFile {
  let checked: string | null = null;
  let faults: readonly string[] = [];
  const note = (found: readonly string[]): void => {
    if (faults.length > 0 && found.length === 0) {
      log({ severity: 'INFO', event: 'config-mended', message: `${file} is good again` });
    }
    faults = found;
  };
  return {
    async read() {
      const text = await readConfigFile(file).catch((error: unknown) => {
        checked = null;
        note([error instanceof Error ? error.message : String(error)]);
        throw error;
      });
      if (text !== checked) note(errorsIn({ file, text }, known));
      checked = text;
      return { file, text };
    },
    state: () => ({ file, faults }),
  };
}

/** @throws MasonError CONFIG_UNREADABLE */
export async function readConfigFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MasonError('CONFIG_UNREADABLE', `the config ${file} can not be read: ${systemMessage(error)}`, {
      cause: error,
    });
  }
}

function errorsIn(source: { file: string; text: string }, known: KnownContents): string[] {
  const { faults } = readConfig(source, known);
  return faults.filter(({ severity }) => severity === 'error').map(formatFault);
}
