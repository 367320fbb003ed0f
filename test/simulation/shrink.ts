import { simulate, type SimulationOptions, type SimulationResult } from './simulate.ts';

/** Tries after which what has been found is short enough. */
const MOST_TRIES = 400;

/**
 * The same violation with as few steps and faults as can be: each step draws from chance of its own, so the others mean
 * the same without it.
 *
 * @param found what the options gave
 * @returns the shorter life, with its trace
 */
export async function shrink(options: SimulationOptions, found: SimulationResult): Promise<SimulationResult> {
  const search = new Search(options, found);
  await search.drop('without');
  await search.drop('muted');
  return simulate({ ...search.options, traces: true });
}

class Search {
  options: SimulationOptions;
  readonly #kind: string;
  #tries = 0;

  constructor(options: SimulationOptions, { step, violation }: SimulationResult) {
    // What breaks in a step needs none after it.
    this.options = { ...options, traces: false, steps: Math.min(options.steps, step + 1) };
    this.#kind = kindOf(violation);
  }

  /** Drops ever smaller runs of steps, for as long as it breaks the same way. */
  async drop(how: 'without' | 'muted'): Promise<void> {
    for (
      let size = Math.ceil(this.options.steps / 2);
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    ) {
      for (let start = 0; start < this.options.steps && this.#tries < MOST_TRIES; start += size)
        await this.#try(how, start, size);
    }
  }

  async #try(how: 'without' | 'muted', start: number, size: number): Promise<void> {
    const before = this.options[how] ?? new Set<number>();
    const steps = Array.from({ length: size }, (_, index) => start + index);
    if (steps.every((step) => before.has(step) || this.options.without?.has(step) === true)) return;
    this.#tries += 1;
    const shorter = { ...this.options, [how]: new Set([...before, ...steps]) };
    const { violation } = await simulate(shorter);
    if (violation !== null && kindOf(violation) === this.#kind) this.options = shorter;
  }
}

/** What broke, whoever it broke for. */
export const kindOf = (violation: string | null): string =>
  (violation ?? '')
    .split('\n')[0]
    ?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'NAME')
    .replace(/\b(?:alice|bob|carol|person)\b/g, 'USER')
    .replace(/\b(?:project|disk|cluster|lab|suite)(?:-\d+)?\b/g, 'NAME')
    .replace(/\d+/g, 'N') ?? '';
