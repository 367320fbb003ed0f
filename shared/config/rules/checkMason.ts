import { NEVER_REAPED } from '../../runtime/reapStates.ts';
import { error, pathTo } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { parseGoDuration } from '../goDuration.ts';
import { MASON_DEFAULTS } from '../schema.ts';
import { childOf } from '../yaml/tree.ts';
import type { Draft } from './draft.ts';
import { textAt } from './draft.ts';

/** The pause between attempts begins no longer than it may ever get; what Mason moves on itself needs no reaper. */
export const checkMason = (draft: Draft): Finding[] => [...checkPauses(draft), ...checkReaped(draft)];

function checkReaped({ tree, path }: Draft): Finding[] {
  const statesPath = pathTo(pathTo(path, 'mason'), 'reap-states');
  const states = childOf(childOf(tree, 'mason'), 'reap-states');
  if (states?.kind !== 'list') return [];
  return states.items.flatMap((item, index) => {
    if (item.kind !== 'scalar' || !NEVER_REAPED.includes(String(item.value))) return [];
    const problem = `a member in the state ${String(item.value)} is not in use: there is nobody whose sign of life is missed`;
    return error(item.at, { path: pathTo(statesPath, index), problem, cure: 'Delete it from the list' });
  });
}

function checkPauses({ tree, path }: Draft): Finding[] {
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
