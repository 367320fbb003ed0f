import type { HttpAnswer } from '../../shared/http/handler.ts';
import { answerFault } from './answer.ts';
import { ASSETS } from './assets.js';

const ROOT = '/console';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page, and its files: asked for again each time, since a new release may have others under the same names. */
export function showPage(path: string): HttpAnswer {
  if (path === '/' || path === `${ROOT}/`) return { status: 302, headers: { location: ROOT }, body: '' };
  const name = path === ROOT ? 'index.html' : path.slice(ROOT.length + 1);
  const body = path.startsWith(ROOT) && Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (body === undefined)
    return answerFault(404, 'NOT_FOUND', 'there is nothing here: the console is at /console');
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain';
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-cache' }, body };
}
