import type { BoskosAnswer } from './answer.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
]);

/** Go's redirect to a clean path (boskos-wire.md, POST /acquire and its notes). Only a GET gets a page with it. */
export function moved({
  method,
  path,
  query,
}: {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}): BoskosAnswer {
  const location = `${escapedPath(path)}${query === '' ? '' : `?${query}`}`;
  const isRead = method === 'GET' || method === 'HEAD';
  const page = location.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
  return {
    status: 307,
    headers: { location, ...(isRead && HTML) },
    body: method === 'GET' ? `<a href="${page}">Temporary Redirect</a>.\n\n` : '',
  };
}

/** As Go's url.URL has it. Not least a backslash, which a browser would take for a slash, and go to another host. */
const escapedPath = (path: string): string =>
  path.replace(
    /[^\w.~$&+,/:;=@%-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
