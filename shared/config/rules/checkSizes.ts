import { error, pathTo, warning } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { childOf } from '../yaml/tree.ts';
import type { Draft, Spot } from './draft.ts';

/** Without names a type is dynamic and wants max-count ≥ 1 and min-count ≤ max-count; with names it has neither. */
export function checkSizes(draft: Draft): Finding[] {
  if (draft.kind === 'static') return checkStatic(draft);
  return draft.kind === 'dynamic' ? checkDynamic(draft) : [];
}

function checkStatic({ min, max, tree, path }: Draft): Finding[] {
  const findings = [...sayCountBesideNames('min-count', min), ...sayCountBesideNames('max-count', max)];
  const lifespan = childOf(tree, 'lifespan');
  if (!lifespan) return findings;
  const problem = 'lifespan has no effect on a type with names, which are never made anew';
  return [...findings, warning(lifespan.at, { path: pathTo(path, 'lifespan'), problem, cure: 'Delete it' })];
}

/** A 0 is left out by Boskos as by us. */
function sayCountBesideNames(key: string, count: Spot<number> | null): Finding[] {
  if (!count || count.value === 0) return [];
  const problem = `${key} stands beside names, which already say how many there are`;
  return [error(count.at, { path: count.path, problem, cure: `Delete ${key}, or the names` })];
}

function checkDynamic({ min, max, tree, path, at }: Draft): Finding[] {
  const written = childOf(tree, 'max-count');
  const cure = 'Write max-count, the greatest number of members, like max-count: 5; or give names';
  if (!written) {
    return [
      error(at, { path: pathTo(path, 'max-count'), problem: 'neither names nor max-count is given', cure }),
    ];
  }
  if (max?.value === 0)
    return [error(max.at, { path: max.path, problem: 'max-count is 0, so there would be no member', cure })];
  if (!min || !max || min.value <= max.value) return [];
  const problem = `min-count is ${min.value}, more than max-count, which is ${max.value}`;
  return [
    error(min.at, { path: min.path, problem, cure: `Lower min-count to ${max.value}, or raise max-count` }),
  ];
}
