import { unreadable } from './unreadable.ts';

/**
 * The text of a config's bytes, without a byte order mark.
 * @throws MasonError CONFIG_UNREADABLE for what is not UTF-8: read as if it were, it would lose what it says
 */
export function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, 'it is not UTF-8; save it as UTF-8', error);
  }
}
