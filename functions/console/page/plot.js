/** @import { Pool, Samples } from './types.ts' */
import { byId, h, keep, say } from './dom.js';
import { absolute, duration, now } from './format.js';
import { colour, onTheme, SHOWN } from './theme.js';

const HEIGHT = 190;
const DAY_MS = 86_400_000;
/** The grid over the areas: below them only its ends would stick out. Its keys are an enum that only types have. */
const DRAW_ORDER = /** @type {import('uplot').DrawOrderKey[]} */ (
  /** @type {unknown} */ (['series', 'axes'])
);

/** @type {{samples: Samples, pool: Pool | undefined} | null} */
let last = null;
/** What is drawn: the same is not drawn again. */
let drawn = '';
/** @type {import('uplot') | null} */
let plot = null;

/** @param {string} type of the pool that is chosen @param {number} pools how many there are to choose from */
export function showPlotHead(type, pools) {
  say('plot-head', type === '' ? 'Last 24 hours' : `${type}, last 24 hours`);
  say('plot-note', pools > 1 ? 'Choose a pool to see its own' : '');
}

/** Draws again what is there when colours or the width change. */
export function watchPlot() {
  const again = () => {
    drawn = '';
    if (last !== null) showPlot(last.samples, last.pool);
  };
  onTheme(again);
  let width = 0;
  new ResizeObserver(() => {
    if (byId('plot').clientWidth === width) return;
    width = byId('plot').clientWidth;
    again();
  }).observe(byId('plot'));
}

/** @param {Samples} samples @param {Pool | undefined} pool as it is now: the plot's end */
export function showPlot(samples, pool) {
  last = { samples, pool };
  const { at, series } = withNow(samples, pool);
  const signature = JSON.stringify([samples.type, samples.at.length, samples.at.at(-1), pool?.counts]);
  if (signature === drawn) return;
  drawn = signature;
  const host = byId('plot');
  plot?.destroy();
  plot = null;
  if (at.length < 2) {
    host.removeAttribute('role');
    host.replaceChildren(
      h('p', { class: 'empty' }, 'sync keeps one sample a minute: there are too few yet to draw a line.'),
    );
    return;
  }
  const kinds = SHOWN.filter(({ what }) => series[what]?.some((count) => count > 0));
  const legend = h('ul', { class: 'chips legend' });
  const canvas = h('div', { class: 'canvas', role: 'img', 'aria-label': summary(samples.type, at, series) });
  host.replaceChildren(canvas, legend);
  /** @param {number | null | undefined} index */
  const tell = (index) => {
    const place = index ?? at.length - 1;
    const entries = kinds.map(({ what, name }) => ({ what, name, count: series[what]?.[place] ?? 0 }));
    keep(
      legend,
      [...entries, { what: 'time', name: index == null ? 'now' : clock(at[place] ?? 0), count: null }],
      {
        key: ({ what }) => what,
        build: legendEntry,
      },
    );
  };
  tell(null);
  plot = draw(canvas, { at, stacks: stack(kinds.map(({ what }) => series[what] ?? [])), kinds, tell });
}

/** Of what there is none at that moment, its colour is to be understood all the same. @param {{what: string, name: string, count: number | null}} entry */
const legendEntry = ({ what, name, count }) =>
  h(
    'li',
    { class: what === 'time' ? 'moment' : count === 0 ? 'quiet' : null },
    count !== null && h('span', { class: `swatch is-${what}`, 'aria-hidden': 'true' }),
    count !== null && count > 0 && h('b', {}, count, ' '),
    name,
  );

/** @param {Samples} samples @param {Pool | undefined} pool @returns {Samples} */
function withNow({ type, at, series }, pool) {
  if (pool === undefined || pool.type !== type || at.length === 0) return { type, at, series };
  return {
    type,
    at: [...at, Math.max(now(), at.at(-1) ?? 0)],
    series: Object.fromEntries(
      SHOWN.map(({ what }) => [what, [...(series[what] ?? []), pool.counts[what] ?? 0]]),
    ),
  };
}

/** Each on top of those before it. @param {readonly (readonly number[])[]} all */
function stack(all) {
  /** @type {number[][]} */
  const stacks = [];
  for (const counts of all) stacks.push(counts.map((count, index) => count + (stacks.at(-1)?.[index] ?? 0)));
  return stacks;
}

/**
 * The highest first: each covers the lower part of the one before.
 *
 * @param {HTMLElement} host
 * @param {{at: readonly number[], stacks: number[][], kinds: readonly {what: string, name: string}[], tell: (index: number | null | undefined) => void}} what
 */
function draw(host, { at, stacks, kinds, tell }) {
  const { uPlot } = window;
  const text = colour('quiet');
  const axis = {
    stroke: text,
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const layers = kinds
    .map(({ what, name }, index) => ({ what, name, counts: stacks[index] ?? [] }))
    .reverse();
  const end = (at.at(-1) ?? 0) / 1_000;
  const begin = Math.min((at[0] ?? 0) / 1_000, end - 600);
  return new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      drawOrder: DRAW_ORDER,
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: true, range: [begin, end] },
        y: { range: (_, __, max) => [0, Math.max(1, Math.ceil(max * 1.08))] },
      },
      axes: [
        { ...axis, size: 26, space: 64, values: (_, ticks) => ticks.map((tick) => clock(tick * 1_000)) },
        {
          ...axis,
          size: 34,
          space: 34,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
        },
      ],
      series: [
        {},
        ...layers.map(({ what, name }) => ({
          label: name,
          fill: colour(what),
          stroke: colour('paper'),
          width: 1,
          points: { show: false },
          ...(paths !== undefined && { paths }),
        })),
      ],
      hooks: { setCursor: [(self) => tell(self.cursor.idx)] },
    },
    [at.map((ms) => ms / 1_000), ...layers.map(({ counts }) => counts)],
    host,
  );
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
/** @param {number} at */
const clock = (at) => CLOCK.format(at);

/** What the plot shows, in words. @param {string} type @param {readonly number[]} at @param {Samples['series']} series */
function summary(type, at, series) {
  const first = at[0] ?? 0;
  const shown = SHOWN.flatMap(({ what, name }) => {
    const counts = series[what] ?? [];
    const most = Math.max(0, ...counts);
    return most === 0 ? [] : [`${name} ${counts.at(-1) ?? 0}, between ${Math.min(...counts)} and ${most}`];
  });
  const span = duration(Math.min(DAY_MS, (at.at(-1) ?? 0) - first));
  return `${type} in the last ${span}, since ${absolute(first)}. Now ${shown.join('; ')}.`;
}
