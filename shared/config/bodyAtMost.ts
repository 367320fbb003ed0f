import type { Readable } from 'node:stream';

/**
 * The body of an answer, if it is not larger than `bytes`.
 * @returns null if it is: it is not read to its end
 */
export async function bodyAtMost(body: Readable | string, bytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of body) {
    const piece = Buffer.from(chunk as Uint8Array);
    read += piece.length;
    // Leaving the loop ends the connection.
    if (read > bytes) return null;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}
