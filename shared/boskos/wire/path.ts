import { percentDecoded } from './percent.ts';

export type Place =
  | { readonly kind: 'at'; readonly segments: readonly string[] }
  /** Go's ServeMux redirects to the clean path. */
  | { readonly kind: 'moved'; readonly path: string }
  | { readonly kind: 'malformed' };

/**
 * Where a path leads, as Go's ServeMux finds it: one that isn't clean is redirected, an escaped letter is that letter, a
 * slash at the end makes another path.
 * @param path as it stands in the request, escaped
 */
export function readPath(path: string): Place {
  // `OPTIONS *` asks about the server as a whole.
  const asked = path === '*' || path === '' ? '/' : path;
  const segments = asked.split('/').slice(1).map(percentDecoded);
  if (!segments.every((segment) => segment !== null)) return { kind: 'malformed' };
  const clean = cleaned(asked);
  return clean === asked ? { kind: 'at', segments } : { kind: 'moved', path: clean };
}

/** Go's path.Clean on a rooted path, but a slash at the end stays. */
function cleaned(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return path.endsWith('/') && kept.length > 0 ? `/${kept.join('/')}/` : `/${kept.join('/')}`;
}
