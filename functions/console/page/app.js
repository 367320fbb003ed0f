/** @import { Overview, Pool, Rows, Samples, Session, Story } from './types.ts' */
import { ask, Refusal } from './api.js';
import { showAttention } from './attention.js';
import { byId, say } from './dom.js';
import { closeDrawer, onReveal, showDrawer, watchDrawer } from './drawer.js';
import { duration, tickTimes } from './format.js';
import { takeOrders } from './orders.js';
import { followLinks, onMove, place } from './place.js';
import { showPause } from './pause.js';
import { showPlot, showPlotHead, watchPlot } from './plot.js';
import { showPools } from './pools.js';
import { showFilters, showRows, watchFilters } from './resources.js';

/** How often (ms) the plot's samples are asked for: there is a new one each minute. */
const SAMPLES_MS = 30_000;
/** The longest pause (ms) while Mason is away. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * What was answered last.
 *
 * @type {{session: Session | null, overview: Overview | null, rows: Rows | null, samples: Samples | null, story: {name: string, story: Story | null} | null}}
 */
const known = { session: null, overview: null, rows: null, samples: null, story: null };
let samplesAt = -Infinity;
let refreshedAt = -Infinity;
let faults = 0;
let timer = 0;
/** Whether somebody is asking now, and whether he has to ask again. */
let asking = false;
let askAgain = false;

async function refresh() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  clearTimeout(timer);
  try {
    do {
      askAgain = false;
      await askAll();
    } while (askAgain);
    faults = 0;
    refreshedAt = performance.now();
  } catch (error) {
    faults += 1;
    away(error);
  }
  asking = false;
  show();
  if (!document.hidden) timer = window.setTimeout(refresh, pauseMs());
}

const pauseMs = () => {
  const usual = known.session?.refreshMs ?? 2_000;
  return faults === 0 ? usual : Math.min(LONGEST_PAUSE_MS, usual * 2 ** (faults - 1));
};

async function askAll() {
  if (known.session === null) {
    known.session = /** @type {Session} */ (await ask('session'));
    takeOrders(known.session, () => void refresh());
  }
  const { name, ...filters } = place();
  const [overview, rows, story] = await Promise.all([
    /** @type {Promise<Overview>} */ (ask('overview')),
    /** @type {Promise<Rows>} */ (ask('resources', filters)),
    name === undefined ? null : storyOf(name),
  ]);
  Object.assign(known, { overview, rows, story });
  await askSamples();
}

/** @param {string} name @returns {Promise<{name: string, story: Story | null}>} */
async function storyOf(name) {
  try {
    return { name, story: await ask('resource', { name }) };
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return { name, story: null };
    throw error;
  }
}

async function askSamples() {
  const type = chosenType();
  if (type === undefined) return;
  const isFresh = known.samples?.type === type && performance.now() - samplesAt < SAMPLES_MS;
  if (isFresh) return;
  known.samples = /** @type {Samples} */ (await ask('samples', { type }));
  samplesAt = performance.now();
}

/** The type of the plot: the one that is looked for, else the first. */
function chosenType() {
  const { type } = place();
  const types = known.overview?.pools.map((pool) => pool.type) ?? [];
  return type !== undefined && types.includes(type) ? type : types[0];
}

function show() {
  const { session, overview, rows, samples, story } = known;
  showFresh();
  if (session === null || overview === null || rows === null) return;
  const chosen = chosenType() ?? '';
  say('title', overview.title);
  say('caller', session.caller === null ? '' : session.caller);
  document.title = titleOf(overview);
  showVerdict(overview);
  showPools(overview, chosen);
  showAttention(overview, session);
  showFilters(overview.pools.map(({ type }) => type));
  showRows(rows);
  const pool = overview.pools.find(({ type }) => type === chosen);
  showPlotHead(chosen, overview.pools.length);
  if (samples !== null && samples.type === chosen) showPlot(samples, pool);
  showPause(pool, session);
  const { name } = place();
  if (name === undefined) closeDrawer();
  else if (story?.name === name) showDrawer(name, story.story, session);
}

/** @param {Overview} overview */
function titleOf({ title, quarantined }) {
  const { length } = quarantined.entries;
  return `${length > 0 ? `(${length}${quarantined.more ? '+' : ''}) ` : ''}Mason ${title}`;
}

/** @param {Overview} overview */
function showVerdict({ pools, quarantined, waiting }) {
  const lacking = pools.filter(lacksReady);
  // Somebody wants it so.
  const paused = lacking.filter((pool) => pool.paused).length;
  const short = lacking.length - paused;
  const troubles = [
    short > 0 && `${short} of ${pools.length} pools short of ready members`,
    waiting.entries.length > 0 && `${waiting.entries.length}${waiting.more ? '+' : ''} waiting`,
    quarantined.entries.length > 0 &&
      `${quarantined.entries.length}${quarantined.more ? '+' : ''} in quarantine`,
  ].filter((text) => typeof text === 'string');
  const well = `Every pool ${paused > 0 ? 'that is not paused ' : ''}has its ready members.`;
  say('verdict', pools.length === 0 ? '' : troubles.join(' · ') || well);
  byId('verdict').classList.toggle('is-well', troubles.length === 0);
}

/** Whether fewer than there have to be are ready, or do what they are there for. @param {Pool} pool */
function lacksReady({ min, counts }) {
  const { free = 0, inUse = 0, parked = 0, leased = 0 } = counts;
  return free + inUse + parked + leased < min;
}

function showFresh() {
  const status = byId('status');
  status.classList.toggle('is-away', faults > 0);
  status.classList.toggle('is-live', faults === 0 && refreshedAt > 0);
  const age = performance.now() - refreshedAt;
  const every = known.session?.refreshMs ?? 0;
  if (refreshedAt < 0) say('fresh', faults > 0 ? 'No answer' : 'Loading…');
  else if (faults > 0) say('fresh', `Shown is what was ${duration(age)} ago`);
  else say('fresh', age > 3 * every + 5_000 ? `Paused ${duration(age)} ago` : 'Live');
  if (faults === 0) byId('banner').hidden = true;
}

/** @param {unknown} error */
function away(error) {
  const banner = byId('banner');
  const why = error instanceof Refusal ? error.message : 'there is no connection';
  const text = `Mason does not answer: ${why}. It is asked again by itself.`;
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = false;
  // A new release, or a cookie that is over: begin anew.
  if (error instanceof Refusal && error.status === 403) known.session = null;
}

followLinks();
watchFilters();
watchDrawer();
watchPlot();
onReveal(show);
onMove(() => {
  show();
  void refresh();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else void refresh();
});
setInterval(() => {
  if (document.hidden) return;
  tickTimes();
  showFresh();
}, 1_000);
showFilters([]);
void refresh();
