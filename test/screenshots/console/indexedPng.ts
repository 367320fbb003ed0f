import { crc32, deflateSync } from 'node:zlib';

import type { Pixels } from './pixelsOf.ts';

/** An index could name 256; with half of them a letter's edges look the same, and the file is a tenth smaller. */
const MOST_COLOURS = 128;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1A\n', 'latin1');
const INDEXED = 3;

/**
 * A PNG that names each pixel's colour by one byte: a fifth of what a browser writes of a page with little else than text.
 * Colours beyond the most frequent ones, which the edges of letters have, become the nearest of these.
 */
export function indexedPng({ width, height, colours }: Pixels): Buffer {
  const frequent = byFrequency(colours);
  const palette = frequent.slice(0, MOST_COLOURS);
  const indexOf = new Map(frequent.map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc(height * (width + 1)); // Each begins with a 0: it is written as it is.
  for (const [at, colour] of colours.entries())
    rows[at + Math.floor(at / width) + 1] = indexOf.get(colour) ?? 0;

  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED], 8);
  const named = Buffer.alloc(palette.length * 3);
  for (const [at, colour] of palette.entries()) named.writeUIntBE(colour, at * 3, 3);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', named),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The most frequent first. */
function byFrequency(colours: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return [...counts]
    .sort(([one, times], [other, otherTimes]) => otherTimes - times || one - other)
    .map(([colour]) => colour);
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  let least = Infinity;
  for (const [index, candidate] of palette.entries()) {
    const apart = distance(candidate, colour);
    if (apart < least) [best, least] = [index, apart];
  }
  return best;
}

const distance = (one: number, other: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
