import { readFile, writeFile } from 'node:fs/promises';

/** Writes the file, unless one that is there says the same. @returns whether it was written */
export async function keep(
  path: string,
  picture: string | Buffer,
  essenceOf: (picture: Buffer) => string,
): Promise<boolean> {
  const there = await readFile(path).catch(() => null);
  if (there !== null && essenceOf(there) === essenceOf(Buffer.from(picture))) return false;
  await writeFile(path, picture);
  return true;
}

/** Whole, or its beginning. */
const UUID = /[\da-f]{8}(?:(?:-[\da-f]{4}){3}-[\da-f]{12}|…)/g;
/** An event of a view begins with its time. */
const EVENT = />\d\d:\d\d:\d\d</;

/**
 * What is the same in each run of a program: not its times, names and ports, nor which event came before which, since
 * several things happen at once.
 */
export function essenceOfSvg(svg: Buffer): string {
  const lines = svg.toString().split('\n');
  const events = lines.filter((line) => EVENT.test(line)).map((line) => line.replaceAll(/ y="[^"]*"/g, ''));
  return [...lines.filter((line) => !EVENT.test(line)).map(essenceOf), ...events.map(essenceOf).sort()].join(
    '\n',
  );
}

const essenceOf = (line: string): string =>
  line
    .replaceAll(/ textLength="[^"]*"/g, '')
    .replaceAll(/>[^<]+</g, (text) => text.replaceAll(UUID, 'UUID').replaceAll(/\d+/g, 'N'));

export const essenceOfPng = (png: Buffer): string => png.toString('base64');
