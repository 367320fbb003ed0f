import { createHash } from 'node:crypto';

/** Of a document's id (https://cloud.google.com/firestore/quotas#collections_documents_and_fields). */
const LONGEST_BYTES = 1_500;

/**
 * Any text as the id of a document: itself, if it is a resource's name, so that ids sort as names do. What Firestore
 * refuses (a slash, dots alone, `__…__`, the empty one) is escaped; what is too long is replaced by its hash.
 */
export function documentId(text: string): string {
  const escaped = encodeURIComponent(toWellFormed(text))
    .replace(/^[.]+$/, (dots) => dots.replaceAll('.', '%2E'))
    .replace(/^__/, '%5F%5F');
  if (escaped === '') return '%';
  return escaped.length > LONGEST_BYTES ? `%${hashOf(text)}` : escaped;
}

/** One id for several texts, in this order. */
export const hashOf = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url');

/** Half a character, which encodeURIComponent throws at, can be in no name. */
const toWellFormed = (text: string): string => text.toWellFormed();
