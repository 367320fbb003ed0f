import type { Locate } from './buildTree.ts';

/** Finds the line and column of an offset in a text; an offset beyond it counts as its end. */
export function positionsIn(text: string): Locate {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const within = Math.max(0, Math.min(offset, text.length));
    const line = lastAtOrBefore(lineStarts, within);
    return { line: line + 1, column: within - (lineStarts[line] ?? 0) + 1 };
  };
}

/** The index of the last number that is not above `value`, in ascending numbers of which the first isn't. */
function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
