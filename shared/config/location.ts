/** Where a config is, by the form of what names it. */
export type ConfigLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'https'; readonly url: string }
  | { readonly kind: 'storage'; readonly bucket: string; readonly object: string }
  | { readonly kind: 'firestore'; readonly document: string };

/** @returns the location, or what is wrong with it as `fault` */
export function readLocation(text: string): ConfigLocation | { readonly fault: string } {
  if (/^https?:/i.test(text)) return readUrl(text);
  if (text.startsWith('gs:')) return readObject(text);
  if (text.startsWith('firestore:')) return readDocument(text);
  // One letter is a drive.
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text) ?? [];
  return scheme === undefined
    ? { kind: 'file', path: text }
    : {
        fault: `takes no ${scheme}:// but https://…, gs://BUCKET/OBJECT, firestore:COLLECTION/DOCUMENT or a path`,
      };
}

/** Whether a config may be read from there: nobody on the way can change what comes from it. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const LOOPBACK = /^(?:localhost|127(?:[.]\d+){3}|\[::1\])$/;

function readUrl(text: string): ReturnType<typeof readLocation> {
  const url = URL.parse(text);
  if (url === null) return { fault: 'is no URL' };
  if (!isSafe(url))
    return { fault: 'takes https:// only, as whoever can change the config decides what is built' };
  if (url.username !== '' || url.password !== '')
    return {
      fault: 'takes no user and password in a URL; gs:// and firestore: are read as the service account',
    };
  return { kind: 'https', url: url.href };
}

function readObject(text: string): ReturnType<typeof readLocation> {
  const [, bucket, object] = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/(.+)$/s.exec(text) ?? [];
  if (bucket === undefined || object === undefined) return { fault: 'takes gs://BUCKET/OBJECT' };
  return { kind: 'storage', bucket, object };
}

function readDocument(text: string): ReturnType<typeof readLocation> {
  const document = text.slice('firestore:'.length);
  const parts = document.split('/');
  if (parts.length % 2 === 1 || parts.includes('')) return { fault: 'takes firestore:COLLECTION/DOCUMENT' };
  return { kind: 'firestore', document };
}
