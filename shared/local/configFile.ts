import { formatFault } from '../config/fault.ts';
import { readConfig, type KnownContents } from '../config/readConfig.ts';
import { openFileSource } from '../runtime/compose.ts';
import type { ConfigSource, ConfigText } from '../config/source.ts';
import type { Log } from '../runtime/log.ts';
import type { ConfigState } from '../api/wire.ts';

export interface ConfigFile extends ConfigSource {
  /** @throws MasonError CONFIG_UNREADABLE */
  read(): Promise<ConfigText>;
  /** What is wrong with the file as it was when sync last read it. */
  state(): ConfigState;
}

/**
 * The config file, read anew by each sync. Whether it holds is sync's business; this keeps in mind what people are to see.
 * @param file as people wrote it: every fault names it so
 */
export function openConfigFile(file: string, { known, log }: { known: KnownContents; log: Log }): ConfigFile {
  const source = openFileSource(file);
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
      const read = await source.read().catch((error: unknown) => {
        checked = null;
        note([error instanceof Error ? error.message : String(error)]);
        throw error;
      });
      if (read.text !== checked) note(errorsIn(read, known));
      checked = read.text;
      return read;
    },
    state: () => ({ file, faults }),
  };
}

function errorsIn(source: ConfigText, known: KnownContents): string[] {
  const { faults } = readConfig(source, known);
  return faults.filter(({ severity }) => severity === 'error').map(formatFault);
}
