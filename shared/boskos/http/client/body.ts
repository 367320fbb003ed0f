import type { HttpAnswer } from '../../../config/httpText.ts';

/** Bytes. What an owner holds comes in pages of 1,000 resources. */
export const LARGEST_BYTES = 8 * 2 ** 20;

/** @returns null if it is larger than an answer may be: it is not read to its end */
export async function readBody({ data }: HttpAnswer): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of data) {
    const piece = Buffer.from(chunk as Uint8Array);
    bytes += piece.length;
    // Leaving the loop ends the connection.
    if (bytes > LARGEST_BYTES) return null;
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
