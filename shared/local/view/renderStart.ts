import { tame } from './cells.ts';
import type { StartInfo } from './view.ts';

/** The first lines: where it is, what it works with, and how it is stopped. */
export function renderStart({ url, data, config, only = null, boskosUrl, hints = [] }: StartInfo): string[] {
  const kept = data === ':memory:' ? 'in memory only: a stop forgets all' : tame(data);
  return [
    only === null ? `Mason runs on ${url}` : `Boskos's API alone, without a Mason, is on ${url}`,
    `  config  ${tame(config)}`,
    `  data    ${kept}`,
    ...(boskosUrl === undefined ? [] : [`  boskos  ${tame(boskosUrl)}`]),
    `  Ctrl-C stops it${data === ':memory:' ? '' : ', and the next start goes on from there'}.`,
    '  In another shell: npx mason status, npx mason --help',
    ...hints.map((hint) => `  ${tame(hint)}`),
  ];
}
