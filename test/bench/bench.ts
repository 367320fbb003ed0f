export type Cell = string | number;

export interface Table {
  /** One line on what was measured and how. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface BenchResult extends Table {
  /** Tables beside the first. */
  readonly more?: readonly Table[];
  /** What the rows say, with its bound: `ok` is false where an aim is missed. */
  readonly findings: readonly { readonly text: string; readonly ok: boolean }[];
}

/** @param progress says on standard error what is being measured */
export type Bench = (progress: (what: string) => void) => Promise<BenchResult>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
