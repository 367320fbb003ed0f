/** What the operating system said, in words: Node's own message begins with a code, and often names no path. */
export function systemMessage(error: unknown): string {
  const { code, message } = Object(error) as { code?: string; message?: string };
  const words = code === undefined ? undefined : WORDS[code];
  return words ?? message ?? String(error);
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'there is a file of that name, which is no directory',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no directory',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
};
