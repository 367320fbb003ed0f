import { FATES, type Fate } from './fates.ts';

/** How often which fate met which await. */
export type Coverage = Readonly<Record<string, Readonly<Partial<Record<Fate, number>>>>>;

export class CoverageCount {
  readonly #counts = new Map<string, Partial<Record<Fate, number>>>();

  add(call: string, fate: Fate, times = 1): void {
    let counts = this.#counts.get(call);
    if (counts === undefined) this.#counts.set(call, (counts = {}));
    counts[fate] = (counts[fate] ?? 0) + times;
  }

  addAll(coverage: Coverage): void {
    for (const [call, counts] of Object.entries(coverage))
      for (const fate of FATES) {
        const times = counts[fate] ?? 0;
        if (times > 0) this.add(call, fate, times);
      }
  }

  get all(): Coverage {
    return Object.fromEntries(this.#counts);
  }
}

/** A table of awaits by fates, the empty cells as a dash. */
export function coverageTable(coverage: Coverage): string {
  const calls = Object.keys(coverage).sort();
  const wide = Math.max(0, ...calls.map((call) => call.length));
  const cells = calls.map((call) => FATES.map((fate) => String(coverage[call]?.[fate] ?? '-')));
  const widths = FATES.map((fate, index) =>
    Math.max(fate.length, ...cells.map((row) => (row[index] ?? '').length)),
  );
  const line = (head: string, row: readonly string[]): string =>
    [head.padEnd(wide), ...row.map((cell, index) => cell.padStart(widths[index] ?? 0))].join('  ');
  return [line('', FATES), ...calls.map((call, index) => line(call, cells[index] ?? []))].join('\n');
}

const ONCE = 'the client sends it once; where it would arrive twice, its answer is lost instead';

/** Some 150 times in 20,000 seeds. */
const SELDOM: Readonly<Record<string, string>> = {
  'loans.surrender': 'made too seldom for chance; schedules/http has it with every fate (stock of a type …)',
  'loans.disown':
    'made too seldom for chance; schedules/http has it with every fate (one that the server reset …)',
};

/** Why some pairs can never meet, or need not. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'boskos.acquire × twice': ONCE,
  'boskos.acquireByState × twice': ONCE,
  ...Object.fromEntries(
    Object.entries(SELDOM).flatMap(([call, why]) => FATES.map((fate) => [`${call} × ${fate}`, why])),
  ),
};

/** Pairs that never met, a line each, with the reason where there is one. */
export const emptyCells = (coverage: Coverage): readonly string[] =>
  Object.entries(coverage)
    .flatMap(([call, counts]) =>
      FATES.filter((fate) => (counts[fate] ?? 0) === 0).map((fate) => `${call} × ${fate}`),
    )
    .sort()
    .map((pair) => `${pair}: ${EXPLAINED[pair] ?? 'NOT EXPLAINED'}`);
