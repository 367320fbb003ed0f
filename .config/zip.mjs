import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync } from 'node:zlib';

/** @typedef {{name: string, contents: Uint8Array}} ZipEntry */

/** 1980-01-01, the first day that the format knows: what is the same again has the same bytes, and so the same hash. */
const DATE = 0x0021;
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATED = 8;
/** A file that its owner may write and all may read, as Unix has it. */
const MODE = 0o100644;
const MADE_BY_UNIX = 3 << 8;

/**
 * A zip of files, for Cloud Build. The same names and contents give the same bytes, in whatever order they come.
 *
 * @param {readonly ZipEntry[]} entries names with `/` between folders
 * @returns {Buffer}
 */
export function zipOf(entries) {
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  const files = [];
  const directory = [];
  let offset = 0;
  for (const entry of sorted) {
    const packed = pack(entry);
    const file = Buffer.concat([
      signature(0x04034b50),
      words(VERSION),
      packed.header,
      packed.name,
      packed.data,
    ]);
    directory.push(directoryEntry(packed, offset));
    files.push(file);
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...files, listed, end(sorted.length, listed.length, offset)]);
}

/** What stands before each file and again in the directory. */
function pack(/** @type {ZipEntry} */ { name: text, contents }) {
  const name = Buffer.from(text, 'utf8');
  const data = deflateRawSync(contents, { level: 9 });
  const header = Buffer.concat([
    words(FLAGS, DEFLATED, 0, DATE),
    longs(crc32(contents), data.length, contents.length),
    words(name.length, 0),
  ]);
  return { name, data, header };
}

function directoryEntry(
  /** @type {ReturnType<typeof pack>} */ { name, header },
  /** @type {number} */ offset,
) {
  const madeBy = words(MADE_BY_UNIX | VERSION, VERSION);
  const rest = Buffer.concat([words(0, 0, 0), longs(MODE * 0x10000, offset)]);
  return Buffer.concat([signature(0x02014b50), madeBy, header, rest, name]);
}

function end(/** @type {number} */ count, /** @type {number} */ size, /** @type {number} */ offset) {
  return Buffer.concat([signature(0x06054b50), words(0, 0, count, count), longs(size, offset), words(0)]);
}

const signature = (/** @type {number} */ value) => longs(value);

function words(/** @type {number[]} */ ...values) {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16LE(value, index * 2));
  return buffer;
}

function longs(/** @type {number[]} */ ...values) {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value, index * 4));
  return buffer;
}
