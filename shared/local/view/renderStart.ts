import { urlFlag } from '../../cli/urlFlag.ts';
import { left, tame } from './cells.ts';
import type { StartInfo } from './view.ts';

const LABEL_WIDTH = 9;

/** The first lines: where it is, what it works with, and how it is used and stopped. */
export function renderStart(info: StartInfo): string[] {
  const { url, data, config, only = null, boskosUrl, lends = false, hints = [] } = info;
  const kept = data === ':memory:' ? 'in memory only: a stop forgets all' : data;
  return [
    only === null ? `Mason runs on ${url}` : `Boskos's API alone, without a Mason, is on ${url}`,
    ...(info.console === undefined ? [] : [labelled('console', info.console)]),
    labelled('config', config),
    labelled('data', kept),
    ...(boskosUrl === undefined ? [] : [labelled('boskos', boskosUrl)]),
    ...(lends ? [labelled('lease', `npx mason run TYPE${urlFlag(url)} -- COMMAND`)] : []),
    `  Ctrl-C stops it${data === ':memory:' ? '' : ', and the next start goes on from there'}.`,
    `  In another shell: npx mason status${urlFlag(url)}, npx mason --help`,
    ...hints.map((hint) => `  ${tame(hint)}`),
  ];
}

const labelled = (label: string, text: string): string => `  ${left(label, LABEL_WIDTH)}${tame(text)}`;
