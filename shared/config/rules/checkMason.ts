import { error, pathTo } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { parseGoDuration } from '../goDuration.ts';
import { MASON_DEFAULTS } from '../schema.ts';
import { childOf } from '../yaml/tree.ts';
import type { Draft } from './draft.ts';
import { textAt } from './draft.ts';

/** The pause between attempts begins no longer than it may ever get. */
export function checkMason({ tree, path }: Draft): Finding[] {
  const masonPath = pathTo(path, 'mason');
  const mason = childOf(tree, 'mason');
  const base = textAt(mason, 'retry-base', masonPath);
  const most = textAt(mason, 'retry-max', masonPath);
  const culprit = base ?? most;
  const baseMs = base ? parseGoDuration(base.value) : MASON_DEFAULTS.retryBaseMs;
  const mostMs = most ? parseGoDuration(most.value) : MASON_DEFAULTS.retryMaxMs;
  if (!culprit || typeof baseMs === 'string' || typeof mostMs === 'string' || baseMs <= mostMs) return [];
  const problem = 'retry-base is longer than retry-max';
  return [
    error(culprit.at, { path: culprit.path, problem, cure: 'Shorten retry-base, or lengthen retry-max' }),
  ];
}
