import { MasonError } from '../errors.ts';

/** @param file as every fault names it, without anything secret; `why` says what is wrong and what to do */
export function unreadable(file: string, why: string, cause?: unknown): MasonError {
  return new MasonError(
    'CONFIG_UNREADABLE',
    `the config ${file} can not be read: ${why}`,
    cause === undefined ? undefined : { cause },
  );
}
