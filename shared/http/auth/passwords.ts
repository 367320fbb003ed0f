import { reasonOf } from '../../mason/reasonOf.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';

export interface PasswordsOptions {
  /** The text of the file. A secret that Cloud Run mounts gives its latest version at each read. */
  readonly read: () => Promise<string>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}

/** How long (ms) what was read is good: a new password holds, and an old one is refused, that much later at most. */
export const KEPT_MS = 10_000;

/**
 * The passwords of a file, one a line, so that an old and a new one can hold together while clients change over.
 * @returns reads them again when what was read is too old; none, if the file can't be read or is empty: the log says why
 */
export function openPasswords({ read, clock, log }: PasswordsOptions): () => Promise<readonly string[]> {
  let last: { readonly at: number; readonly passwords: Promise<readonly string[]> } | null = null;
  const load = async (): Promise<readonly string[]> => {
    try {
      const passwords = linesOf(await read());
      if (passwords.length > 0) return passwords;
      log({ severity: 'ERROR', event: 'no-password', message: 'MASON_BASIC_PASSWORD_FILE is empty' });
    } catch (error) {
      const message = `MASON_BASIC_PASSWORD_FILE can not be read: ${reasonOf(error)}`;
      log({ severity: 'ERROR', event: 'no-password', message });
    }
    return [];
  };
  return () => {
    const at = clock.monotonic();
    if (last === null || at - last.at >= KEPT_MS) last = { at, passwords: load() };
    return last.passwords;
  };
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
