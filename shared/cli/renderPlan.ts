import type { ConfigPlan, MemberStep, PoolPlan, Step } from '../plan/plan.ts';
import { cut, left, tame, widest } from '../local/view/cells.ts';
import type { Style } from '../local/view/paint.ts';
import type { Io } from './io.ts';

/** Members of one pool that are named; --json has all of them. */
const NAMED = 50;

const STYLES: Readonly<Record<Step, Style>> = {
  create: 'green',
  build: 'green',
  rebuild: 'yellow',
  clean: 'yellow',
  drain: 'red',
  delete: 'red',
};

type Canvas = Pick<Io, 'columns' | 'paint'>;

/** What a config would do: pool by pool, member by member, and what it costs. */
export function renderPlan({ pools, keepsSizes }: ConfigPlan, canvas: Canvas): string[] {
  const told = pools.filter((pool) => says(pool));
  const lines = told.flatMap((pool) => [...renderPool(pool, canvas), '']);
  const elsewhere = keepsSizes ? [] : ['The Boskos server keeps the sizes of the pools by its own config.'];
  return [...lines, ...elsewhere, summaryOf(pools)];
}

const says = ({ changes, steps, unnamed, surplus }: PoolPlan): boolean =>
  changes.length + steps.length + unnamed + surplus > 0;

function renderPool(pool: PoolPlan, canvas: Canvas): string[] {
  const { type, changes, steps, unnamed, surplus } = pool;
  const named = steps.slice(0, NAMED);
  const names = widest(named.map(({ name }) => tame(name)));
  const more = steps.length - named.length;
  return [
    canvas.paint('bold', `${tame(type)}: ${changes.map(tame).join(', ') || 'its config stays as it is'}`),
    ...named.map((step) => renderStep(step, { names, canvas })),
    ...(more > 0 ? [`  … and ${more} more (--json lists all)`] : []),
    ...(unnamed > 0 ? [`  ${painted('create', canvas)}  ${unnamed} with new names`] : []),
    ...(surplus > 0
      ? [`  ${painted('drain', canvas)}  ${surplus} of those that can't go yet, whichever come back first`]
      : []),
  ];
}

function renderStep(
  { name, step, waitsFor }: MemberStep,
  { names, canvas }: { readonly names: number; readonly canvas: Canvas },
): string {
  const waits = waitsFor === null ? '' : `later: ${tame(waitsFor)}`;
  const rest = cut(
    `${left(tame(name), names)}  ${waits}`.trimEnd(),
    canvas.columns - WIDEST_STEP - GAPS_WIDTH,
  );
  return `  ${painted(step, canvas)}  ${rest}`;
}

const painted = (step: Step, { paint }: Canvas): string => paint(STYLES[step], left(step, WIDEST_STEP));

const WIDEST_STEP = widest(Object.keys(STYLES));
const GAPS_WIDTH = 4;

function summaryOf(pools: readonly PoolPlan[]): string {
  const steps = pools.flatMap((pool) => pool.steps);
  const sum = (of: (pool: PoolPlan) => number): number => pools.reduce((total, pool) => total + of(pool), 0);
  const made = sum(({ unnamed }) => unnamed);
  const later = steps.filter(({ waitsFor }) => waitsFor !== null).length + sum(({ surplus }) => surplus);
  const counts = Object.keys(STYLES).flatMap((step) => {
    const count = steps.filter((one) => one.step === step).length + (step === 'create' ? made : 0);
    return count === 0 ? [] : [`${count} to ${step}`];
  });
  if (counts.length === 0 && later === 0) return 'No member changes.';
  const costs = `${counted(
    sum(({ builds }) => builds),
    'build',
  )}, ${counted(
    sum(({ destroys }) => destroys),
    'destroy',
  )}`;
  return `${counts.join(', ')}; ${later} of them later. It costs ${costs}.`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
