import type { Pool } from '../../api/wire.ts';
import { left, right, tame, widest } from './cells.ts';
import type { Paint, Style } from './paint.ts';

export interface Canvas {
  /** The terminal's width. */
  readonly columns: number;
  readonly paint: Paint;
}

/** One number of a pool. */
interface Column {
  readonly head: string;
  text(pool: Pool): string;
  /** How a text other than 0 is shown. */
  style?(pool: Pool): Style;
}

const numbers = {
  size: { head: 'SIZE', text: ({ min, max }) => (min === max ? String(min) : `${min}–${max}`) },
  free: {
    head: 'FREE',
    text: ({ free }) => String(free),
    style: ({ atSize }) => (atSize ? 'green' : 'yellow'),
  },
  inUse: { head: 'IN USE', text: ({ inUse }) => String(inUse), style: () => 'cyan' },
  dirty: { head: 'DIRTY', text: ({ dirty }) => String(dirty), style: () => 'yellow' },
  waiting: { head: 'WAITING', text: ({ waiting }) => String(waiting), style: () => 'yellow' },
  parked: { head: 'PARKED', text: ({ parked }) => String(parked) },
  quarantined: {
    head: 'QUARANTINED',
    text: ({ quarantined }) => String(quarantined),
    style: () => 'red',
  },
} satisfies Record<string, Column>;

/** Both kinds have as many columns, each below its like. */
const SECTIONS = [
  {
    kind: 'virtual',
    head: 'VIRTUAL',
    columns: [numbers.size, numbers.free, numbers.inUse, numbers.dirty, numbers.waiting, numbers.quarantined],
    workHead: 'BUILDING',
  },
  {
    kind: 'physical',
    head: 'PHYSICAL',
    columns: [numbers.size, numbers.free, numbers.inUse, numbers.dirty, numbers.parked, numbers.quarantined],
    workHead: 'CLEANING',
  },
] as const;

const GAP = '  ';
const NARROWEST_NAME = 8;
const NARROWEST_WORK = 8;

/** The pools as a table, virtual ones first: what is where, and what is being done. */
export function renderPools(pools: readonly Pool[], { columns, paint }: Canvas): string[] {
  const rows = pools.map((pool) => ({ ...pool, type: tame(pool.type) }));
  const sections = SECTIONS.map((section) => ({
    ...section,
    pools: rows.filter(({ kind }) => kind === section.kind),
  })).filter((section) => section.pools.length > 0);
  const widths = [0, 1, 2, 3, 4, 5].map((at) =>
    widest(sections.flatMap((section) => texts(section.columns[at], section.pools))),
  );
  const fixed = widths.reduce((sum, width) => sum + GAP.length + width, 0) + GAP.length;
  const works = widest(sections.flatMap((section) => [section.workHead, ...section.pools.map(workOf)]));
  const wanted = widest(
    sections.flatMap((section) => [section.head, ...section.pools.map(({ type }) => type)]),
  );
  const name = Math.max(NARROWEST_NAME, Math.min(wanted, columns - fixed - Math.min(works, NARROWEST_WORK)));
  const work = Math.max(0, columns - fixed - name);

  const head = (section: (typeof sections)[number]): string => {
    const heads = section.columns.map((column, at) => right(column.head, widths[at] ?? 0));
    return paint(
      'dim',
      [left(section.head, name), ...heads, left(section.workHead, work)].join(GAP).trimEnd(),
    );
  };
  const row = (section: (typeof sections)[number], pool: Pool): string => {
    const cells = section.columns.map((column, at) =>
      paintCell(paint, column, { pool, width: widths[at] ?? 0 }),
    );
    return [left(pool.type, name), ...cells, left(workOf(pool), work)].join(GAP).trimEnd();
  };
  return sections.flatMap((section, at) => [
    ...(at > 0 ? [''] : []),
    head(section),
    ...section.pools.map((pool) => row(section, pool)),
  ]);
}

const texts = (column: Column | undefined, pools: readonly Pool[]): string[] =>
  column === undefined ? [] : [column.head, ...pools.map((pool) => column.text(pool))];

function paintCell(paint: Paint, column: Column, { pool, width }: { pool: Pool; width: number }): string {
  const text = column.text(pool);
  const cell = right(text, width);
  if (text === '0') return paint('dim', cell);
  const style = column.style?.(pool);
  return style === undefined ? cell : paint(style, cell);
}

/** Phases in their order, what is leased for them, and what else is to be known of the pool. */
function workOf({ kind, phases, leased, held, unknown, paused, removed, tended }: Pool): string {
  const parts = [
    ...['recycle', 'fulfill', 'clean', 'free', 'janitor'].flatMap((phase) => {
      const count = phases[phase] ?? 0;
      return count > 0 ? [`${phase} ${count}`] : [];
    }),
    leased > 0 && `leased ${leased}`,
    held > 0 && `held ${held}`,
    unknown > 0 && `unknown ${unknown}`,
    paused && 'paused',
    removed && 'leaving',
    !tended && (kind === 'virtual' ? 'not ours' : 'no janitor'),
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}
